import type Stripe from 'stripe';
import {
  succeeded,
  type CallContext,
  type InvoiceDraftInput,
  type InvoiceLineInput,
  type InvoiceOperations,
  type LineTaxInput,
  type ProviderInvoice,
  type ProviderInvoiceLine,
  type ProviderOutcome,
} from '@tollkeeper/payment-provider';
import { expectObject } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { fromStripeAmount, toStripeAmount } from './stripe-currency.js';
import { INVOICE_EXPANSIONS, listInvoiceLines, readWrittenInvoice } from './stripe-invoice-snapshot.js';
import { collectionOutcome, explainMissing, explainRefusedCollection, settleRefusal } from './stripe-invoice-refusal.js';
import { toMetadata } from './stripe-mapping.js';
import { isMissing, isRefusal, outcomeOfError } from './stripe-outcome.js';

type InvoiceInput = { readonly providerInvoiceId: string };
type InvoiceOutcome = Promise<ProviderOutcome<ProviderInvoice>>;

/** Each method is one write under the intent's key, followed at most by reads that complete or explain its answer. */
export class StripeInvoices implements InvoiceOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  /**
   * Nothing of the customer's account leaks into the document: no pending items, no discounts, no tax but what we add or ask for. Default tax
   * rates cannot be sent as an empty list (the SDK drops it); left out they are empty, because only subscriptions bring any.
   */
  createDraft(input: InvoiceDraftInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, async (call) => {
      toStripeAmount(0n, input.currency);
      const invoice = await call.client.invoices.create(
        {
          customer: input.providerCustomerId,
          currency: input.currency.toLowerCase(),
          auto_advance: false,
          pending_invoice_items_behavior: 'exclude',
          discounts: '',
          automatic_tax: { enabled: input.automaticTax === true },
          collection_method: input.collectionMethod,
          ...(input.collectionMethod === 'send_invoice' && input.daysUntilDue !== null && { days_until_due: input.daysUntilDue }),
          ...(input.number !== null && { number: input.number }),
          ...(input.description !== null && { description: input.description }),
          ...(input.footer != null && { footer: input.footer }),
          metadata: toMetadata(input.tags),
          expand: INVOICE_EXPANSIONS,
        },
        call.write(),
      );
      return written(call, invoice);
    });
  }

  addLines(input: InvoiceInput & { lines: readonly InvoiceLineInput[]; currency: string }, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, async (call) => {
      const lines = input.lines.map((line) => toStripeLine(line, input.currency));
      const send = () => call.client.invoices.addLines(input.providerInvoiceId, { lines, expand: INVOICE_EXPANSIONS }, call.write());
      return this.#change(call, input, send, () => false);
    });
  }

  listLines({ providerInvoiceId }: InvoiceInput, context: CallContext): Promise<ProviderOutcome<readonly ProviderInvoiceLine[]>> {
    return this.#calls.read(context, async (call) => {
      const lines = await listInvoiceLines(call, providerInvoiceId);
      return succeeded(lines.map(({ description, amount, currency }) => ({ description: description ?? '', amount: fromStripeAmount(amount, currency) })));
    });
  }

  finalize(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, (call) => {
      const send = () => call.client.invoices.finalizeInvoice(input.providerInvoiceId, { auto_advance: false, expand: INVOICE_EXPANSIONS }, call.write());
      return this.#change(call, input, send, ({ status }) => status === 'open' || status === 'paid' || status === 'uncollectible');
    });
  }

  send(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, (call) => {
      const send = () => call.client.invoices.sendInvoice(input.providerInvoiceId, { expand: INVOICE_EXPANSIONS }, call.write());
      return this.#change(call, input, send, () => false);
    });
  }

  pay(input: InvoiceInput & { paymentMethodId?: string }, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, async (call) => {
      try {
        const params = { off_session: true, ...(input.paymentMethodId !== undefined && { payment_method: input.paymentMethodId }), expand: INVOICE_EXPANSIONS };
        const invoice = expectObject(await call.client.invoices.pay(input.providerInvoiceId, params, call.write()), 'invoice');
        return collectionOutcome(await readWrittenInvoice(call, invoice));
      } catch (error) {
        if (isMissing(error)) return explainMissing(call, input.providerInvoiceId, error);
        if (!isRefusal(error)) throw error;
        return explainRefusedCollection(call, input.providerInvoiceId, error);
      }
    });
  }

  letProviderCollect(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, (call) => {
      const send = () => call.client.invoices.update(input.providerInvoiceId, { auto_advance: true, expand: INVOICE_EXPANSIONS }, call.write());
      return this.#change(call, input, send, ({ status, collectsByItself }) => status === 'paid' || collectsByItself);
    });
  }

  markUncollectible(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, (call) => {
      const send = () => call.client.invoices.markUncollectible(input.providerInvoiceId, { expand: INVOICE_EXPANSIONS }, call.write());
      return this.#change(call, input, send, ({ status }) => status === 'uncollectible');
    });
  }

  void(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, (call) => {
      const send = () => call.client.invoices.voidInvoice(input.providerInvoiceId, { expand: INVOICE_EXPANSIONS }, call.write());
      return this.#change(call, input, send, ({ status }) => status === 'void');
    });
  }

  markPaidElsewhere(input: InvoiceInput, context: CallContext): InvoiceOutcome {
    return this.#calls.write(context, (call) => {
      const params = { paid_out_of_band: true, expand: INVOICE_EXPANSIONS };
      const send = () => call.client.invoices.pay(input.providerInvoiceId, params, call.write());
      return this.#change(call, input, send, ({ paidElsewhere }) => paidElsewhere);
    });
  }

  deleteDraft(input: InvoiceInput, context: CallContext): Promise<ProviderOutcome<{ readonly id: string }>> {
    return this.#calls.write(context, async (call) => {
      const { providerInvoiceId: id } = input;
      try {
        expectObject(await call.client.invoices.del(id, {}, call.remove()), 'invoice');
        return succeeded({ id });
      } catch (error) {
        const outcome = outcomeOfError(error);
        return outcome.outcome === 'failed' && outcome.code === 'not_found' ? succeeded({ id }) : outcome;
      }
    });
  }

  /** @param isDone tells from a fresh snapshot that what was asked for already holds, so that a refusal is no failure */
  async #change(call: StripeCall, input: InvoiceInput, send: () => Promise<Stripe.Invoice>, isDone: (invoice: ProviderInvoice) => boolean): InvoiceOutcome {
    try {
      return await written(call, await send());
    } catch (error) {
      if (isMissing(error)) return explainMissing(call, input.providerInvoiceId, error);
      if (!isRefusal(error)) throw error;
      return settleRefusal(call, input.providerInvoiceId, error, isDone);
    }
  }
}

async function written(call: StripeCall, invoice: Stripe.Invoice): InvoiceOutcome {
  return succeeded(await readWrittenInvoice(call, expectObject(invoice, 'invoice')));
}

/** One integer amount per line: the unit price stands in the text, because Stripe would round its own product again. */
function toStripeLine(line: InvoiceLineInput, currency: string): Stripe.InvoiceAddLinesParams.Line {
  return {
    amount: toStripeAmount(line.amount, currency),
    description: line.description,
    discountable: false,
    period: { start: Math.floor(line.periodStartInMillis / 1_000), end: Math.floor(line.periodEndInMillis / 1_000) },
    metadata: { tollkeeper_line: line.externalId },
    ...((line.taxes ?? []).length > 0 && { tax_amounts: line.taxes?.map((tax) => toStripeTax(tax, currency)) }),
  };
}

/** The amount itself, not a rate to compute it by: Stripe then prints and sums what we have computed, and makes a rate of its words. */
function toStripeTax({ name, jurisdiction, percentage, isInclusive, taxable, amount }: LineTaxInput, currency: string): Stripe.InvoiceAddLinesParams.Line.TaxAmount {
  const [country = '', state] = jurisdiction.split('-');
  return {
    amount: toStripeAmount(amount, currency),
    taxable_amount: toStripeAmount(taxable, currency),
    tax_rate_data: { display_name: name, inclusive: isInclusive, percentage: Number(percentage), jurisdiction, country, ...(state !== undefined && { state }) },
  };
}
