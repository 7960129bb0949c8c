import { Injectable } from '@nestjs/common';
import { AmountNotRepresentableError, PaymentProviderRegistry, providerCurrency, toProviderUnits } from '@tollkeeper/payment-provider';
import { AccountsService } from '../accounts/accounts.service.js';
import { CustomerLinks } from '../customers/customer-links.service.js';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import type { Transaction } from '../platform/database/database.js';
import { canCollect } from './collection-route.js';
import type { HandOver, Invoice } from './invoice.entity.js';
import { InvoiceNumbers } from './invoice-numbers.js';
import { InvoiceState } from './invoice-state.js';
import type { PaymentState } from './payment-status.js';

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

  /** At the lock. */
  async begin(tx: Transaction, invoice: Invoice): Promise<void> {
    if (invoice.total === 0n) {
      await this.state.set(tx, invoice, { status: 'not_needed', reason: 'zero', message: null }, 'done');
      return;
    }
    invoice.amountDue = invoice.total;
    invoice.amountOpen = invoice.total;
    await this.#route(tx, invoice, true);
  }

  /**
   * Once more, after what was missing (a link, a method, a person's approval) is there. The schedule of retries begins anew.
   * @param reviewed whether a person has seen it, or had the chance to, before it went out the first time
   */
  async resume(tx: Transaction, invoice: Invoice, { reviewed }: { reviewed: boolean }): Promise<void> {
    if (invoice.providerInvoiceId == null) await this.#followLink(tx, invoice);
    invoice.retryCount = 0;
    invoice.collectionOffset = (await this.accounts.getIn(tx, invoice.accountId)).clockOffsetInMillis;
    await this.#route(tx, invoice, !reviewed);
  }

  /** Without a document yet, it goes to whom the customer is at the same provider now: the one noted at the lock may be gone there. */
  async #followLink(tx: Transaction, invoice: Invoice): Promise<void> {
    const { connectionId, providerCustomerId } = await this.links.inForce(tx, invoice.accountId, invoice.customerId);
    if (providerCustomerId !== null && connectionId === invoice.connectionId) invoice.providerCustomerId = providerCustomerId;
  }

  async #route(tx: Transaction, invoice: Invoice, mayNeedReview: boolean): Promise<void> {
    if (!this.#isLinked(invoice)) {
      const link = await this.links.inForce(tx, invoice.accountId, invoice.customerId);
      invoice.connectionId = link.connectionId;
      invoice.providerName = link.providerName;
      invoice.providerCustomerId = link.providerCustomerId;
    }
    if (!this.#isLinked(invoice) || invoice.connectionId == null) {
      await this.state.set(tx, invoice, notLinked(invoice), 'blocked');
      return;
    }
    const refusal = this.#refusal(invoice);
    if (refusal) {
      if (refusal.reason === 'carried_forward') invoice.amountOpen = 0n;
      await this.state.set(tx, invoice, refusal, refusal.reason === 'carried_forward' ? 'done' : 'blocked');
      return;
    }
    invoice.number ??= await this.numbers.next(tx, invoice.accountId);
    const { settings } = await this.connections.getById(tx, invoice.connectionId);
    const review = mayNeedReview && settings.sending === 'after_review';
    const state: PaymentState = review ? { status: 'pre_payment', reason: 'awaiting_review', message: null } : { status: 'pending', reason: 'handing_over', message: null };
    const handOver: HandOver = review ? 'review' : 'due';
    await this.state.set(tx, invoice, state, handOver);
  }

  /** A provider without customers of its own needs no id of one. */
  #isLinked({ connectionId, providerName, providerCustomerId }: Invoice): boolean {
    if (connectionId == null || providerName == null) return false;
    return providerCustomerId != null || !this.registry.get(providerName).describe().capabilities.customers;
  }

  /** What the provider's table of currencies and amounts says, asked before anything is sent. */
  #refusal(invoice: Invoice): PaymentState | null {
    const { currencies, capabilities, name } = this.registry.get(invoice.providerName ?? '').describe();
    if (!canCollect(capabilities)) return refused(`The payment provider ${name} cannot collect invoices.`);
    try {
      const currency = providerCurrency(invoice.currency, currencies);
      if (toProviderUnits(invoice.total, currency) >= currency.minimum) return null;
      return { status: 'not_needed', reason: 'carried_forward', message: 'Below the smallest amount the provider collects; it is a line of the next invoice.' };
    } catch (error) {
      if (error instanceof AmountNotRepresentableError) return refused(error.message);
      throw error;
    }
  }
}

function notLinked(invoice: Invoice): PaymentState {
  const cure =
    invoice.connectionId == null
      ? 'No payment provider is chosen or connected for this customer: set the trait paymentProviderName and connect the provider.'
      : `The customer has no id at ${invoice.providerName ?? 'the provider'}: set its trait, or update the customer with autoCreateCustomerInProvider=true.`;
  return { status: 'requires_action', reason: 'not_linked', message: cure };
}

function refused(message: string): PaymentState {
  return { status: 'requires_action', reason: 'refused_by_provider', message };
}
