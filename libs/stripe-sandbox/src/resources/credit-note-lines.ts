import type Stripe from 'stripe';
import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice, StripeObject } from '../state/stripe-objects.js';
import { decimalText, lineAmount } from './decimal-amount.js';

type LineInput = NonNullable<Stripe.CreditNoteCreateParams['lines']>[number];

export interface CreditNoteLine extends StripeObject {
  amount: number;
}

/** The lines of a note: parts of invoice lines, or free ones. A note given by amount alone has none. */
export function creditNoteLines(account: SandboxAccount, invoice: Invoice, given: LineInput[] | undefined): CreditNoteLine[] {
  return (given ?? []).map((line) => ({
    ...account.contract.blank('credit_note_line_item'),
    object: 'credit_note_line_item',
    id: objectId('cnli_'),
    ...(line.type === 'invoice_line_item' ? creditedInvoiceLine(account, invoice, line) : freeLine(line)),
    type: line.type,
  }));
}

function creditedInvoiceLine(account: SandboxAccount, invoice: Invoice, line: LineInput): { amount: number; [field: string]: unknown } {
  const original = account.refer('line_item', line.invoice_line_item ?? '', 'lines');
  if (original.invoice !== invoice.id) throw StripeError.invalid(`Line ${original.id} belongs to another invoice.`, 'lines');
  const unit = original.pricing?.unit_amount_decimal ?? null;
  const amount = line.amount ?? (line.quantity !== undefined && unit !== null ? lineAmount(unit, String(line.quantity)) : original.amount);
  if (amount > original.amount) throw StripeError.invalid(`Line ${original.id} holds only ${original.amount}.`, 'lines');
  return { amount, description: line.description ?? original.description, invoice_line_item: original.id, quantity: line.quantity ?? null, unit_amount: null, unit_amount_decimal: line.quantity === undefined ? null : unit };
}

function freeLine(line: LineInput): { amount: number; [field: string]: unknown } {
  const quantity = line.quantity ?? 1;
  const unit = line.unit_amount_decimal ?? line.unit_amount;
  if (unit === undefined) throw StripeError.invalid('A custom line needs unit_amount or unit_amount_decimal.', 'lines', 'parameter_missing');
  const text = decimalText(unit, 'unit_amount_decimal');
  return { amount: lineAmount(text, String(quantity)), description: line.description ?? null, quantity, unit_amount: text.includes('.') ? null : Number(text), unit_amount_decimal: text };
}
