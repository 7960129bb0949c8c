import type Stripe from 'stripe';
import { succeeded, type CallContext, type CreditNoteInput, type CreditNoteOperations, type ProviderCreditNote, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { fromStripeAmount, toStripeAmount } from './stripe-currency.js';
import { creditedTaxRates } from './stripe-tax-rates.js';
import { fromMetadata, idOf, toMetadata, toMillis } from './stripe-mapping.js';
import { isRefusal, outcomeOfError, refusalOfState } from './stripe-outcome.js';

type CreditNoteOutcome = Promise<ProviderOutcome<ProviderCreditNote>>;

const PAGE_SIZE = 100;

export class StripeCreditNotes implements CreditNoteOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  /** Stripe would mail the note unless told not to; who tells the customer is the seller's choice, as with the invoice. */
  create(input: CreditNoteInput, context: CallContext): CreditNoteOutcome {
    return this.#calls.write(context, async (call) => {
      const params: Stripe.CreditNoteCreateParams = {
        invoice: input.providerInvoiceId,
        amount: toStripeAmount(input.amount, input.currency),
        ...(await linesOf(call, input)),
        ...partsOf(input),
        ...(input.reason !== null && { reason: input.reason }),
        ...(input.memo !== null && { memo: input.memo }),
        email_type: input.isMailed === true ? 'credit_note' : 'none',
        metadata: toMetadata(input.tags),
      };
      try {
        return succeeded(mapCreditNote(expectObject(await call.client.creditNotes.create(params, call.write()), 'credit_note')));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return refusalOfState(error);
      }
    });
  }

  void({ providerCreditNoteId: id }: { providerCreditNoteId: string }, context: CallContext): CreditNoteOutcome {
    return this.#calls.write(context, async (call) => {
      try {
        return succeeded(mapCreditNote(expectObject(await call.client.creditNotes.voidCreditNote(id, {}, call.write()), 'credit_note')));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return explainRefusedVoid(call, id, error);
      }
    });
  }

  list(input: { providerInvoiceId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderCreditNote[]>> {
    return this.#calls.read(context, async (call) => succeeded((await listCreditNotes(call, input.providerInvoiceId)).map(mapCreditNote)));
  }
}

/** Newest first. */
export async function listCreditNotes(call: StripeCall, invoice: string, created?: Stripe.RangeQueryParam): Promise<Stripe.CreditNote[]> {
  const notes: Stripe.CreditNote[] = [];
  for (;;) {
    const after = notes.at(-1)?.id;
    const params: Stripe.CreditNoteListParams = { invoice, ...(created !== undefined && { created }), limit: PAGE_SIZE, ...(after !== undefined && { starting_after: after }) };
    const page = expectList(await call.client.creditNotes.list(params, call.read()));
    notes.push(...page.data);
    if (!page.has_more || page.data.length === 0) return notes;
  }
}

export function mapCreditNote(note: Stripe.CreditNote): ProviderCreditNote {
  const money = (amount: number): bigint => fromStripeAmount(amount, note.currency);
  const refunded = money(note.refunds.reduce((sum, { amount_refunded: amount }) => sum + amount, 0));
  const outside = money(note.out_of_band_amount ?? 0);
  return {
    id: note.id,
    status: (note.status as string) === 'void' ? 'void' : 'issued',
    providerStatus: note.status,
    number: note.number,
    providerInvoiceId: idOf(note.invoice) ?? '',
    amount: money(note.total),
    currency: note.currency.toUpperCase(),
    tax: (note.total_taxes ?? []).length === 0 ? null : money(note.total_taxes!.reduce((sum, { amount }) => sum + amount, 0)),
    beforePayment: money(note.pre_payment_amount),
    refunded,
    // What of a paid invoice's note went neither to a payment nor outside was put on the customer's balance.
    toBalance: money(note.post_payment_amount) - refunded - outside,
    outside,
    refundIds: note.refunds.flatMap(({ refund }) => idOf(refund) ?? []),
    reason: note.reason,
    memo: note.memo,
    documentUrl: note.pdf,
    tags: fromMetadata(note.metadata),
    createTimeInMillis: toMillis(note.created),
  };
}

/** Free lines with the amounts of the taxes they return; by its amount alone where the document no longer has the taxes that we gave it. */
async function linesOf(call: StripeCall, { providerInvoiceId, lines, currency }: CreditNoteInput): Promise<Pick<Stripe.CreditNoteCreateParams, 'lines'>> {
  if (lines === null) return {};
  const rates = await creditedTaxRates(call, providerInvoiceId, lines.flatMap(({ taxes }) => taxes));
  if (rates === null) return {};
  return {
    lines: lines.map(({ description, amount, taxes }) => ({
      type: 'custom_line_item',
      description,
      quantity: 1,
      unit_amount: toStripeAmount(amount, currency),
      ...(taxes.length > 0 && { tax_amounts: taxes.map((tax) => ({ amount: toStripeAmount(tax.amount, currency), taxable_amount: toStripeAmount(tax.taxable, currency), tax_rate: rates.get(tax)! })) }),
    })),
  };
}

function partsOf({ giveBack, currency }: CreditNoteInput): Pick<Stripe.CreditNoteCreateParams, 'refund_amount' | 'credit_amount' | 'out_of_band_amount'> {
  if (giveBack === null) return {};
  const part = <N extends string>(name: N, amount: bigint) => (amount > 0n ? ({ [name]: toStripeAmount(amount, currency) } as Record<N, number>) : {});
  return { ...part('refund_amount', giveBack.refund), ...part('credit_amount', giveBack.balance), ...part('out_of_band_amount', giveBack.outside) };
}

async function explainRefusedVoid(call: StripeCall, id: string, error: Stripe.errors.StripeError): CreditNoteOutcome {
  try {
    const note = mapCreditNote(expectObject(await call.client.creditNotes.retrieve(id, {}, call.read()), 'credit_note'));
    if (note.status === 'void') return succeeded(note);
  } catch {
    // The refusal itself is known; a read that fails on top of it only costs the explanation.
  }
  return outcomeOfError(error);
}
