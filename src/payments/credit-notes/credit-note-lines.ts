import { allocateByLargestRemainder, creditableSums, creditedSums, sumsLeft, type TaxedSum } from '@tollkeeper/rating';
import type { InvoiceLine } from '../../invoices/invoice-line.entity.js';
import type { InvoiceTax } from '../../invoices/taxation/invoice-tax.entity.js';
import type { CreditNote, CreditNoteLine } from './credit-note.entity.js';

/** A taxed invoice as it was locked. */
export interface CreditedInvoice {
  /** Without tax. */
  readonly total: bigint;
  readonly lines: readonly Pick<InvoiceLine, 'taxes'>[];
  /** By position, which lines name. */
  readonly taxes: readonly Pick<InvoiceTax, 'name' | 'jurisdiction' | 'percentage' | 'isInclusive'>[];
}

type EarlierNote = Pick<CreditNote, 'amount' | 'tax' | 'lines'>;

/** Lines of the same taxes together; their key names these by position, and is empty for what is not taxed. */
type SumsByKey = ReadonlyMap<string, TaxedSum>;

/**
 * What a note over an amount takes back of an invoice and its taxes, in lines of the same taxes: its share of what the notes before it have left.
 * @param step what the provider sends amounts in multiples of, minor units
 * @returns null where it cannot be told: something untaxed below zero is more than the rest, or the notes before it returned more of something than there was
 */
export function creditNoteLines(invoice: CreditedInvoice, earlier: readonly EarlierNote[], amount: bigint, step: bigint): CreditNoteLine[] | null {
  const sums = sumsOf(invoice);
  const keys = [...sums.keys()];
  const creditable = creditableSums([...sums.values()]);
  const left = earlier.reduce<TaxedSum[] | null>((before, note) => before && sumsLeft(before, creditedBy(note, before, keys)), creditable);
  if (left === null || amount > wholeOf(left)) return null;
  const credited = creditedSums(amount, left, step);
  return keys.map((key, index) => lineOf(key, credited[index]!, invoice)).filter((line) => line.amount !== '0' || line.taxes.some(({ tax }) => tax !== '0'));
}

/** The part of a note's lines that is tax. */
export function taxOfLines(lines: readonly CreditNoteLine[]): bigint {
  return lines.reduce((sum, { taxes }) => taxes.reduce((tax, share) => tax + BigInt(share.tax), sum), 0n);
}

function sumsOf({ total, lines }: CreditedInvoice): SumsByKey {
  const sums = new Map<string, TaxedSum>();
  for (const { taxes } of lines) {
    if (!taxes || taxes.length === 0) continue;
    const key = taxes.map(({ rate }) => rate).join(' ');
    const before = sums.get(key) ?? { net: 0n, taxable: 0n, taxes: taxes.map(() => 0n) };
    const net = before.net + BigInt(taxes[0]!.taxable);
    sums.set(key, { net, taxable: net, taxes: taxes.map(({ tax }, index) => before.taxes[index]! + BigInt(tax)) });
  }
  const untaxed = [...sums.values()].reduce((rest, { net }) => rest - net, total);
  return untaxed === 0n ? sums : sums.set('', { net: untaxed, taxable: untaxed, taxes: [] });
}

/** By its lines; a note that states its tax alone, or nothing, has its share of each. */
function creditedBy({ amount, tax, lines }: EarlierNote, left: readonly TaxedSum[], keys: readonly string[]): TaxedSum[] {
  if (lines == null) return tax == null ? creditedSums(amount, left) : creditedByTax(amount, tax, left);
  const byKey = new Map(lines.map((line) => [line.taxes.map(({ rate }) => rate).join(' '), line]));
  return left.map(({ taxes }, index) => {
    const line = byKey.get(keys[index]!);
    if (!line) return { net: 0n, taxable: 0n, taxes: taxes.map(() => 0n) };
    const included = line.taxes.reduce((sum, share) => (share.isInclusive ? sum + BigInt(share.tax) : sum), 0n);
    const net = BigInt(line.amount) - included;
    return { net, taxable: BigInt(line.taxes[0]?.taxable ?? net), taxes: line.taxes.map((share) => BigInt(share.tax)) };
  });
}

function creditedByTax(amount: bigint, tax: bigint, left: readonly TaxedSum[]): TaxedSum[] {
  const [nets, taxes] = [left.map(({ net }) => net), left.flatMap((sum) => sum.taxes)];
  const part = (whole: bigint, weights: readonly bigint[]): bigint[] => (weights.some((weight) => weight > 0n) ? allocateByLargestRemainder(whole, weights) : weights.map(() => 0n));
  const [ofNets, ofTaxes] = [part(amount - tax, nets), part(tax, taxes).values()];
  return left.map((sum, index) => ({ net: ofNets[index]!, taxable: ofNets[index]!, taxes: sum.taxes.map(() => ofTaxes.next().value ?? 0n) }));
}

function lineOf(key: string, { net, taxable, taxes }: TaxedSum, invoice: CreditedInvoice): CreditNoteLine {
  const positions = key === '' ? [] : key.split(' ').map(Number);
  const shares = positions.map((rate, index) => {
    const { name, jurisdiction, percentage, isInclusive } = invoice.taxes[rate]!;
    return { rate, name, jurisdiction, percentage: percentage.toString(), isInclusive, taxable: taxable.toString(), tax: taxes[index]!.toString() };
  });
  const price = shares.reduce((sum, { isInclusive, tax }) => (isInclusive ? sum + BigInt(tax) : sum), net);
  return { amount: price.toString(), taxes: shares };
}

function wholeOf(sums: readonly TaxedSum[]): bigint {
  return sums.reduce((all, { net, taxes }) => taxes.reduce((sum, tax) => sum + tax, all + net), 0n);
}
