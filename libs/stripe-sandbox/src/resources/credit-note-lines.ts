import type Stripe from 'stripe';
import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice, LineTax, StripeObject } from '../state/stripe-objects.js';
import { decimalText, lineAmount } from './decimal-amount.js';
import { isAutomatic } from './invoice-taxes.js';

type LineInput = NonNullable<Stripe.CreditNoteCreateParams['lines']>[number];

export interface CreditNoteLine extends StripeObject {
  amount: number;
  taxes: LineTax[];
}

/** The lines of a note: parts of invoice lines, or free ones. A note given by amount alone has none. */
export function creditNoteLines(account: SandboxAccount, invoice: Invoice, given: LineInput[] | undefined): CreditNoteLine[] {
  if (isAutomatic(invoice) && (given ?? []).some(({ type, tax_amounts: taxes }) => type !== 'invoice_line_item' || taxes)) throw StripeError.invalid('An invoice with automatic tax takes neither custom lines nor tax_amounts.', 'lines');
  return (given ?? []).map((line) => ({
    ...account.contract.blank('credit_note_line_item'),
    object: 'credit_note_line_item',
    id: objectId('cnli_'),
    ...(line.type === 'invoice_line_item' ? creditedInvoiceLine(account, invoice, line) : freeLine(line)),
    taxes: creditedTaxes(invoice, line),
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

/** Taxes that go back with a line, by rates of the invoice. */
function creditedTaxes(invoice: Invoice, line: LineInput): LineTax[] {
  return (line.tax_amounts || []).map(({ amount, tax_rate: rate, taxable_amount: taxable }) => {
    const own = (invoice['total_taxes'] as LineTax[]).find(({ tax_rate_details }) => tax_rate_details.tax_rate === rate);
    if (!own) throw StripeError.missing('tax rate', rate, 'lines[tax_amounts][tax_rate]', 400);
    return { ...structuredClone(own), amount, taxable_amount: taxable };
  });
}

/** What Stripe taxed itself goes back in proportion where a note is given by its amount alone. */
export function taxesOfAmount(invoice: Invoice, amount: number): LineTax[] {
  if (!isAutomatic(invoice)) return [];
  const share = (part: number): number => Math.round((part * amount) / invoice.total);
  return (invoice['total_taxes'] as LineTax[]).map((tax) => ({ ...structuredClone(tax), amount: share(tax.amount), taxable_amount: share(tax.taxable_amount) }));
}

/** What taxes come to on top of a price, and within it. */
export function sumsOfTaxes(taxes: readonly LineTax[]): { exclusive: number; inclusive: number } {
  const sumOf = (behavior: LineTax['tax_behavior']): number => taxes.reduce((sum, { amount, tax_behavior }) => (tax_behavior === behavior ? sum + amount : sum), 0);
  return { exclusive: sumOf('exclusive'), inclusive: sumOf('inclusive') };
}
