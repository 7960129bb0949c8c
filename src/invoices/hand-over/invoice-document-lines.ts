import { majorUnits } from '@tollkeeper/kernel';
import type { InvoiceLineInput, LineTaxInput } from '@tollkeeper/payment-provider';
import { taxableAmounts } from '@tollkeeper/rating';
import type { Invoice } from '../invoice.entity.js';
import type { InvoiceLine } from '../invoice-line.entity.js';
import type { InvoiceTax } from '../taxation/invoice-tax.entity.js';

type StoredLineTax = Omit<LineTaxInput, 'taxable' | 'amount'> & { readonly taxable: string; readonly amount: string };

/** What people read on a line; providers take somewhat more. */
const LONGEST_DESCRIPTION = 400;

/** A document line as plain JSON: what an intent's parameters hold. */
export type StoredDocumentLine = Omit<InvoiceLineInput, 'amount' | 'taxes'> & { readonly amount: string; readonly taxes?: readonly StoredLineTax[] };

type DocumentedLine = Pick<InvoiceLine, 'id' | 'kind' | 'description' | 'quantity' | 'unitPriceText' | 'deductions' | 'amount' | 'taxes'>;
type DocumentedInvoice = Pick<Invoice, 'id' | 'currency' | 'periodStartInMillis' | 'periodEndInMillis' | 'taxTreatment'>;
type KnownTax = Pick<InvoiceTax, 'name' | 'jurisdiction' | 'percentage' | 'isInclusive'>;

/**
 * The lines as the provider's document shows them: quantity × unit price as text, the amount less deductions and its taxes as integers. More lines than a document carries are rolled up into its
 * last ones, those of the same taxes together; the full detail stays here.
 * @param taxes the invoice's, which its lines name by their position
 */
export function documentLines(invoice: DocumentedInvoice, lines: readonly DocumentedLine[], maximum: number, taxes: readonly KnownTax[] = []): StoredDocumentLine[] {
  const shown = invoice.taxTreatment === 'provider' ? withoutReductions(lines) : lines;
  const period = { periodStartInMillis: invoice.periodStartInMillis, periodEndInMillis: invoice.periodEndInMillis };
  const whole = (line: DocumentedLine): StoredDocumentLine => ({ externalId: line.id, description: describe(line, invoice.currency), amount: line.amount.toString(), ...period, ...taxesOf([line], taxes) });
  const kept = shown.length > maximum ? keptLines(shown, maximum) : shown.length;
  const rolledUp = [...Map.groupBy(shown.slice(kept), ratesOf).values()];
  return [
    ...shown.slice(0, kept).map(whole),
    ...rolledUp.map((some, index) => {
      const amount = some.reduce((sum, line) => sum + line.amount, 0n);
      return { externalId: `${invoice.id}-rest${index === 0 ? '' : `-${index + 1}`}`, description: `${some.length} further items`, amount: amount.toString(), ...period, ...taxesOf(some, taxes) };
    }),
  ];
}

/** As many as leave room for a rolled-up line of each combination of taxes among the others. */
function keptLines(lines: readonly DocumentedLine[], maximum: number): number {
  for (let kept = maximum - 1; ; kept -= 1) {
    if (kept + new Set(lines.slice(kept).map(ratesOf)).size <= maximum || kept === 0) return kept;
  }
}

function ratesOf({ taxes }: DocumentedLine): string {
  return (taxes ?? []).map(({ rate }) => rate).join(' ');
}

function taxesOf(lines: readonly DocumentedLine[], taxes: readonly KnownTax[]): { taxes?: StoredLineTax[] } {
  const [first] = lines;
  if (!first?.taxes || first.taxes.length === 0) return {};
  return {
    taxes: first.taxes.map(({ rate }, index) => {
      const { name, jurisdiction, percentage, isInclusive } = taxes[rate]!;
      const sum = (amount: 'taxable' | 'tax'): string => lines.reduce((total, line) => total + BigInt(line.taxes![index]![amount]), 0n).toString();
      return { name, jurisdiction, percentage: percentage.toString(), isInclusive, taxable: sum('taxable'), amount: sum('tax') };
    }),
  };
}

/** Providers tax no line below zero: what is free is taken off the usage that it is free of. */
function withoutReductions(lines: readonly DocumentedLine[]): DocumentedLine[] {
  const reductions = lines.flatMap(({ kind }, index) => (kind === 'free_amount' ? [{ index, lowers: (other: number) => lines[other]!.kind === 'usage' }] : []));
  const amounts = taxableAmounts(lines.map(({ amount }) => amount), reductions);
  return lines.map((line, index) => ({ ...line, amount: amounts[index]! })).filter(({ kind, amount }) => kind !== 'free_amount' || amount !== 0n);
}

/** Deductions are part of the line's amount, so that tax is computed on what it costs; what it came to before them is said beside. */
function describe({ kind, description, quantity, unitPriceText, deductions }: DocumentedLine, currency: string): string {
  const priced = kind === 'usage' ? `${description}: ${quantity.toString()} × ${unitPriceText}` : description;
  if (deductions.length === 0) return priced;
  const less = (name: string, amount: bigint): string => `${name} ${majorUnits({ amountInMinorUnits: -amount, currency })} ${currency}`;
  const each = `${priced} (${deductions.map(({ name, amount }) => less(name, BigInt(amount))).join(', ')})`;
  const sum = deductions.reduce((total, { amount }) => total + BigInt(amount), 0n);
  return each.length <= LONGEST_DESCRIPTION ? each : `${priced} (${less(`${deductions.length} deductions`, sum)})`;
}
