import type { CallContext } from '../call-context.js';
import type { InvoiceDraftInput, InvoiceLineInput, InvoiceOperations } from '../payment-provider.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import { providerCurrency, toProviderUnits } from '../provider-amount.js';
import type { ProviderCurrency } from '../provider-description.js';
import type { ProviderInvoice, ProviderInvoiceLine, ProviderPayment } from '../provider-objects.js';
import { creditedOf, refundedOf, sum, totalOf, type ToyAttempt, type ToyBank, type ToyInvoice } from './toy-bank.js';
import { requiredKey, toyCall } from './toy-call.js';

export const TOY_CURRENCIES: readonly ProviderCurrency[] = ['EUR', 'USD'].map((currency) => ({ currency, exponent: 2, step: 1n, minimum: 50n, maximum: 99_999_999n }));
const DAY_IN_MILLIS = 86_400_000;

type InvoiceInput = { readonly providerInvoiceId: string };
type InvoiceOutcome = Promise<ProviderOutcome<ProviderInvoice>>;

export class ToyInvoices implements InvoiceOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  /** What the provider's table cannot carry is refused before the network; `toyCall` turns the error into the outcome. */
  createDraft(input: InvoiceDraftInput, context: CallContext): InvoiceOutcome {
    return toyCall(context, async () => {
      const { currency } = providerCurrency(input.currency, TOY_CURRENCIES);
      return this.#write('createDraft', input, context, () => this.#newDraft(input, currency));
    });
  }

  addLines(input: InvoiceInput & { lines: readonly InvoiceLineInput[]; currency: string }, context: CallContext): InvoiceOutcome {
    return toyCall(context, async () => {
      const currency = providerCurrency(input.currency, TOY_CURRENCIES);
      const added = input.lines.map(({ amount }) => toProviderUnits(amount, currency));
      const taxed = input.lines.flatMap((line) => (line.taxes ?? []).map(({ amount, isInclusive }) => ({ amount: toProviderUnits(amount, currency), isInclusive })));
      return this.#change('addLines', input, context, ({ id, amounts, taxes }) => this.#bank.change(id, ['draft'], { amounts: [...amounts, ...added], taxes: [...taxes, ...taxed] }));
    });
  }

  listLines({ providerInvoiceId }: InvoiceInput, context: CallContext): Promise<ProviderOutcome<readonly ProviderInvoiceLine[]>> {
    return toyCall(context, async (apiKey) => {
      const { amounts } = await this.#bank.read(apiKey, () => this.#bank.invoice(providerInvoiceId));
      return succeeded(amounts.map((amount, index) => ({ description: `Line ${index + 1}`, amount })));
    });
  }

  /** An invoice of nothing is settled by being finalized; one that is open already stays so. */
  finalize(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#change('finalize', input, context, (invoice) =>
      this.#bank.change(input.providerInvoiceId, ['draft', 'open'], { status: totalOf(invoice) === 0n ? 'paid' : 'open' }),
    );
  }

  send(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#change('send', input, context, () => this.#bank.change(input.providerInvoiceId, ['open'], {}));
  }

  pay(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#change('pay', input, context, () => this.#bank.collect(input.providerInvoiceId));
  }

  markUncollectible(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#change('markUncollectible', input, context, () => this.#bank.change(input.providerInvoiceId, ['open', 'uncollectible'], { status: 'uncollectible' }));
  }

  void(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#change('void', input, context, () => this.#bank.change(input.providerInvoiceId, ['open', 'uncollectible', 'void'], { status: 'void' }));
  }

  markPaidElsewhere(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#change('markPaidElsewhere', input, context, (invoice) =>
      mapToyInvoice(invoice).paidElsewhere ? invoice : this.#bank.change(input.providerInvoiceId, ['open', 'uncollectible'], { status: 'paid' }),
    );
  }

  deleteDraft(input: InvoiceInput, context: CallContext): Promise<ProviderOutcome<{ readonly id: string }>> {
    return toyCall(context, async (apiKey) => {
      const { providerInvoiceId: id } = input;
      await this.#bank.write(apiKey, requiredKey(context), ['deleteDraft', input], () => {
        if (!this.#bank.invoices.has(id)) return;
        this.#bank.change(id, ['draft'], {});
        this.#bank.invoices.delete(id);
      });
      return succeeded({ id });
    });
  }

  #newDraft(input: InvoiceDraftInput, currency: string): ToyInvoice {
    const id = this.#bank.newId('toyinv');
    const createdAtInMillis = Date.now();
    const invoice: ToyInvoice = {
      id,
      customerId: this.#bank.customer(input.providerCustomerId).id,
      currency,
      number: input.number ?? id,
      tags: input.tags,
      createdAtInMillis,
      dueAtInMillis: input.daysUntilDue === null ? null : createdAtInMillis + input.daysUntilDue * DAY_IN_MILLIS,
      status: 'draft',
      amounts: [],
      taxes: [],
      attempts: [],
      creditNotes: [],
    };
    this.#bank.invoices.set(id, invoice);
    return invoice;
  }

  #write(operation: string, input: unknown, context: CallContext, work: () => ToyInvoice): InvoiceOutcome {
    return toyCall(context, async (apiKey) => succeeded(mapToyInvoice(await this.#bank.write(apiKey, requiredKey(context), [operation, input], work))));
  }

  /** A refusal answers with the invoice as it now is, because a refused payment leaves a trace on it. */
  async #change(operation: string, input: InvoiceInput, context: CallContext, work: (invoice: ToyInvoice) => ToyInvoice): InvoiceOutcome {
    const outcome = await this.#write(operation, input, context, () => work(this.#bank.invoice(input.providerInvoiceId)));
    const invoice = this.#bank.invoices.get(input.providerInvoiceId);
    return (outcome.outcome === 'failed' || outcome.outcome === 'requires_action') && invoice ? { ...outcome, value: mapToyInvoice(invoice) } : outcome;
  }
}

export function mapToyInvoice(invoice: ToyInvoice): ProviderInvoice {
  const { id, status, number, currency, tags, attempts } = invoice;
  const total = totalOf(invoice);
  const payments = attempts.map((attempt) => mapToyAttempt(attempt, invoice));
  const credited = creditedOf(invoice, 'before');
  const due = total - credited < 0n ? 0n : total - credited;
  return {
    id,
    status,
    providerStatus: status,
    number,
    providerCustomerId: invoice.customerId,
    currency,
    subtotal: sum(invoice.amounts),
    total,
    discount: 0n,
    tax: sum(invoice.taxes.map(({ amount }) => amount)),
    taxIncluded: sum(invoice.taxes.filter(({ isInclusive }) => isInclusive).map(({ amount }) => amount)),
    lacksTaxLocation: false,
    amountDue: due,
    amountPaid: status === 'paid' ? due : 0n,
    amountRemaining: status === 'paid' ? 0n : due,
    startingBalance: 0n,
    endingBalance: null,
    attempted: attempts.length > 0,
    attemptCount: attempts.length,
    nextAttemptTimeInMillis: null,
    collectsByItself: false,
    dueTimeInMillis: invoice.dueAtInMillis,
    paidElsewhere: status === 'paid' && due > 0n && !payments.some((payment) => payment.status === 'succeeded'),
    hostedUrl: status === 'draft' ? null : `https://toy.example/invoices/${id}`,
    documentUrl: null,
    lineCount: invoice.amounts.length,
    latestRevisionId: null,
    finalizationError: null,
    creditedBeforePayment: creditedOf(invoice, 'before'),
    creditedAfterPayment: creditedOf(invoice, 'after'),
    amountOverpaid: 0n,
    tags,
    payments,
  };
}

export function mapToyAttempt({ id, amount, result, isDisputed, atInMillis, refunds }: ToyAttempt, { id: invoiceId, currency }: ToyInvoice): ProviderPayment {
  return {
    id,
    status: ({ taken: 'succeeded', declined: 'failed', challenged: 'requires_action' } as const)[result],
    amount,
    amountRefunded: refundedOf(refunds),
    isDisputed,
    currency,
    createTimeInMillis: atInMillis,
    failure: result === 'declined' ? { code: 'declined', declineCode: null, message: 'The toy bank declined.' } : null,
    paymentMethodId: null,
    providerInvoiceId: invoiceId,
    nextActionUrl: null,
    card: null,
  };
}
