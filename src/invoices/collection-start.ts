import { Injectable } from '@nestjs/common';
import { AmountNotRepresentableError, PaymentProviderRegistry, providerCurrency, toProviderUnits } from '@tollkeeper/payment-provider';
import { AccountsService } from '../accounts/accounts.service.js';
import { CustomerLinks } from '../customers/customer-links.service.js';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { Transaction } from '../platform/database/database.js';
import { canCollect, CARRIED, CARRIED_BECAUSE_LATE, CARRIED_BECAUSE_NEGATIVE, CREDITED, OWED } from './collection-route.js';
import { lastInvoices } from './final/last-invoices.js';
import { Invoice, payable, type HandOver } from './invoice.entity.js';
import type { PaymentStatusChange } from './invoice.events.js';
import { InvoiceNumbers } from './invoice-numbers.js';
import { InvoiceState } from './invoice-state.js';
import { WRITTEN_OFF, type PaymentState } from './payment-status.js';

/** Decides how a locked invoice starts its way to the provider. Joins a transaction that holds the invoice's row lock. */
@Injectable()
export class CollectionStart {
  constructor(
    private readonly links: CustomerLinks,
    private readonly connections: PaymentConnections,
    private readonly registry: PaymentProviderRegistry,
    private readonly numbers: InvoiceNumbers,
    private readonly state: InvoiceState,
    private readonly accounts: AccountsService,
  ) {}

  /** At the lock, of invoices of one account that the caller writes. @returns what is to be told, in their order */
  async begin(tx: Transaction, accountId: string, invoices: readonly Invoice[]): Promise<PaymentStatusChange[]> {
    const routes = await this.#routes(tx, accountId, invoices, true);
    return invoices.map((invoice) => this.#start(invoice, routes.get(invoice.id)!)).filter((change) => change !== null);
  }

  /**
   * Once more, after what was missing (a link, a method, a person's approval) is there. The schedule of retries begins anew.
   * @param reviewed whether a person has seen it, or had the chance to, before it went out the first time
   */
  async resume(tx: Transaction, invoice: Invoice, { reviewed }: { reviewed: boolean }): Promise<void> {
    if (invoice.providerInvoiceId == null) await this.#followLink(tx, invoice);
    invoice.retryCount = 0;
    invoice.collectionOffset = (await this.accounts.getIn(tx, invoice.accountId)).clockOffsetInMillis;
    const { state, handOver } = (await this.#routes(tx, invoice.accountId, [invoice], !reviewed)).get(invoice.id)!;
    if (isGivenElsewhere(state)) invoice.amountOpen = 0n;
    await this.state.set(tx, invoice, state, handOver);
  }

  #start(invoice: Invoice, { state, handOver }: Route): PaymentStatusChange | null {
    if (payable(invoice) !== 0n) {
      invoice.amountDue = payable(invoice);
      invoice.amountOpen = isGivenElsewhere(state) ? 0n : payable(invoice);
    }
    return this.state.change(invoice, state, handOver);
  }

  /** Without a document yet, it goes to whom the customer is at the same provider now: the one noted at the lock may be gone there. */
  async #followLink(tx: Transaction, invoice: Invoice): Promise<void> {
    const { connectionId, providerCustomerId } = await this.links.inForce(tx, invoice.accountId, invoice.customerId);
    if (providerCustomerId !== null && connectionId === invoice.connectionId) invoice.providerCustomerId = providerCustomerId;
  }

  /** By invoice. Notes the link and the number of those that go out. */
  async #routes(tx: Transaction, accountId: string, invoices: readonly Invoice[], mayNeedReview: boolean): Promise<Map<string, Route>> {
    await this.#noteLinks(tx, accountId, invoices);
    const onNext = await this.#onNextInvoice(tx, accountId, invoices);
    const credits = invoices.some((invoice) => payable(invoice) < 0n) && (await this.accounts.getIn(tx, accountId)).negativeTotals !== 'carry_forward';
    const last = await lastInvoices(tx, accountId, invoices);
    const routes = new Map(invoices.map((invoice) => [invoice.id, onNext.has(invoice.id) && payable(invoice) !== 0n ? ON_NEXT : this.#refusal(invoice, { credits, isLast: last.has(invoice.id) })]));
    const outgoing = invoices.filter(({ id }) => routes.get(id) === null);
    const unnumbered = outgoing.filter(({ number }) => number == null);
    const numbers = await this.numbers.next(tx, accountId, unnumbered.length);
    unnumbered.forEach((invoice, index) => (invoice.number = numbers[index]!));
    for (const connectionId of new Set(outgoing.map((invoice) => invoice.connectionId ?? ''))) {
      const { settings } = await this.connections.getById(tx, connectionId);
      const route = mayNeedReview && settings.sending === 'after_review' ? REVIEWED : SENT;
      for (const invoice of outgoing) if (invoice.connectionId === connectionId) routes.set(invoice.id, route);
    }
    return routes as Map<string, Route>;
  }

  /** Adjustments that the account wants as a line of the customer's next invoice, where there is one to come. */
  async #onNextInvoice(tx: Transaction, accountId: string, invoices: readonly Invoice[]): Promise<Set<string>> {
    const adjustments = invoices.filter(({ kind }) => kind === 'adjustment');
    if (adjustments.length === 0 || (await this.accounts.getIn(tx, accountId)).lateUsagePolicy !== 'next_invoice') return new Set();
    const customerIds = [...new Set(adjustments.map(({ customerId }) => customerId))];
    const ids = invoices.map(({ id }) => id);
    const coming = await tx.find(Invoice, { accountId, customerId: { $in: customerIds }, kind: 'cycle', priceStatus: { $ne: 'price_locked' }, id: { $nin: ids } }, { fields: ['customerId', 'currency'], disableIdentityMap: true });
    const next = new Set(coming.map(({ customerId, currency }) => `${currency} ${customerId}`));
    return new Set(adjustments.filter(({ customerId, currency }) => next.has(`${currency} ${customerId}`)).map(({ id }) => id));
  }

  async #noteLinks(tx: Transaction, accountId: string, invoices: readonly Invoice[]): Promise<void> {
    const unlinked = invoices.filter((invoice) => payable(invoice) !== 0n && !this.#isLinked(invoice));
    if (unlinked.length === 0) return;
    const links = await this.links.inForceMany(tx, accountId, [...new Set(unlinked.map(({ customerId }) => customerId))]);
    for (const invoice of unlinked) Object.assign(invoice, links.get(invoice.customerId));
  }

  /** A provider without customers of its own needs no id of one. */
  #isLinked({ connectionId, providerName, providerCustomerId }: Invoice): boolean {
    if (connectionId == null || providerName == null) return false;
    return providerCustomerId != null || !this.registry.get(providerName).describe().capabilities.customers;
  }

  #knowsCreditNotes(invoice: Invoice): boolean {
    return this.#isLinked(invoice) && this.registry.get(invoice.providerName ?? '').describe().capabilities.creditNotes;
  }

  /** Why it does not go out, as far as can be told before anything is sent: nothing to pay, nobody to send it to, or what the provider's table of currencies and amounts says. */
  #refusal(invoice: Invoice, { credits, isLast }: { readonly credits: boolean; readonly isLast: boolean }): Route | null {
    if (payable(invoice) === 0n) return { state: { status: 'not_needed', reason: 'zero', message: null }, handOver: 'done' };
    if (payable(invoice) < 0n && (credits || isLast) && this.#knowsCreditNotes(invoice)) return { state: CREDITED, handOver: 'done' };
    if (payable(invoice) < 0n) return isLast ? { state: OWED, handOver: 'blocked' } : { state: CARRIED_BECAUSE_NEGATIVE, handOver: 'done' };
    if (!this.#isLinked(invoice)) return { state: notLinked(invoice), handOver: 'blocked' };
    const { currencies, capabilities, name } = this.registry.get(invoice.providerName ?? '').describe();
    if (!canCollect(capabilities)) return refused(`The payment provider ${name} cannot collect invoices.`);
    try {
      const currency = providerCurrency(invoice.currency, currencies);
      if (toProviderUnits(payable(invoice), currency) >= currency.minimum) return null;
      return isLast ? GIVEN_UP : TOO_SMALL;
    } catch (error) {
      if (error instanceof AmountNotRepresentableError) return refused(error.message);
      throw error;
    }
  }
}

interface Route {
  readonly state: PaymentState;
  readonly handOver: HandOver;
}

const REVIEWED: Route = { state: { status: 'pre_payment', reason: 'awaiting_review', message: null }, handOver: 'review' };
const SENT: Route = { state: { status: 'pending', reason: 'handing_over', message: null }, handOver: 'due' };
const TOO_SMALL: Route = { state: CARRIED, handOver: 'done' };
const GIVEN_UP: Route = { state: { ...WRITTEN_OFF, message: 'Below the smallest amount the provider collects, and the last invoice of a customer who left.' }, handOver: 'done' };
const ON_NEXT: Route = { state: CARRIED_BECAUSE_LATE, handOver: 'done' };

/** By another invoice or a credit note: of this one nothing is open. */
function isGivenElsewhere({ reason }: PaymentState): boolean {
  return reason === 'carried_forward' || reason === 'credit_note';
}

function notLinked(invoice: Invoice): PaymentState {
  const cure =
    invoice.connectionId == null
      ? 'No payment provider is chosen or connected for this customer: set the trait paymentProviderName and connect the provider.'
      : `The customer has no id at ${invoice.providerName ?? 'the provider'}: set its trait, or update the customer with autoCreateCustomerInProvider=true.`;
  return { status: 'requires_action', reason: 'not_linked', message: cure };
}

function refused(message: string): Route {
  return { state: { status: 'requires_action', reason: 'refused_by_provider', message }, handOver: 'blocked' };
}
