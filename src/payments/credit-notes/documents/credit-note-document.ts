import { Decimal, currencyExponent } from '@tollkeeper/kernel';
import type { DocumentLine, DocumentSettlement, InvoiceDocument } from '../../../invoices/documents/invoice-document.js';
import { wordsOf } from '../../../invoices/documents/page/document-words.js';
import type { Invoice } from '../../../invoices/invoice.entity.js';
import type { InvoiceTax } from '../../../invoices/taxation/invoice-tax.entity.js';
import type { Parties } from '../../../invoices/parties/parties.js';
import type { InvoiceTaxShare } from '../../../taxes/invoice-taxes.js';
import type { CreditNote, CreditNoteLine } from '../credit-note.entity.js';

/**
 * What the document of a credit note says: a line for what has the same taxes, as far as these are known. Dated as it was made, and never before its invoice,
 * whose date can be ahead in a test account.
 * @param taxes of the invoice, by position
 */
export function documentOfCreditNote(note: CreditNote, invoice: Invoice, taxes: readonly InvoiceTax[], { seller, buyer, locale, timeZone }: Parties): InvoiceDocument {
  const { id, number, currency, amount } = note;
  const description = `${wordsOf(locale).credited} ${invoice.number ?? invoice.id}`;
  const known = note.lines ?? [{ amount: (amount - (note.tax ?? 0n)).toString(), taxes: [] }];
  const shares = sharesOf(known, taxes);
  const indexOf = new Map([...shares.keys()].map((rate, index) => [rate, index]));
  const lines = known.map((line, index) => lineOf(line, index + 1, { description, currency, indexOf }));
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
  const sumOf = (isCounted: (share: InvoiceTaxShare) => boolean): bigint => [...shares.values()].filter(isCounted).reduce((sum, { tax }) => sum + tax, 0n);
  const tax = note.lines == null ? (note.tax ?? 0n) : sumOf(() => true);
  const taxIncluded = sumOf(({ isInclusive }) => isInclusive);
  return {
    kind: 'credit_note',
    state: note.status === 'issued' ? 'credited' : note.status === 'void' ? 'void' : 'draft',
    ...{ id, number: number ?? null, currency },
    corrects: { id: invoice.id, number: invoice.number ?? null },
    issueTimeInMillis: Math.max(note.createTime, invoice.lockTime ?? 0),
    dueTimeInMillis: null,
    period: null,
    ...{ seller, buyer, locale, timeZone, lines, subtotal },
    adjustment: amount - subtotal - (tax - taxIncluded),
    ...{ tax, taxIncluded, taxTreatment: invoice.taxTreatment ?? null, exchange: null, taxes: [...shares.values()] },
    total: amount,
    settlements: waysOf(note),
    amountDue: 0n,
    refunded: 0n,
    creditedLater: 0n,
    reason: note.memo ?? null,
    payment: { url: null, instructions: null, reference: null },
  };
}

/** By the position of the invoice's tax, in its order. */
function sharesOf(lines: readonly CreditNoteLine[], taxes: readonly InvoiceTax[]): ReadonlyMap<number, InvoiceTaxShare> {
  const parts = lines.flatMap((line) => line.taxes).toSorted((one, other) => one.rate - other.rate);
  const shares = new Map<number, InvoiceTaxShare>();
  for (const { rate, name, jurisdiction, percentage, isInclusive, taxable, tax } of parts) {
    const before = shares.get(rate);
    shares.set(rate, {
      ...{ taxRateId: taxes.find(({ position }) => position === rate)?.taxRateId ?? '', name, jurisdiction, isInclusive },
      percentage: Decimal.parse(percentage),
      taxable: (before?.taxable ?? 0n) + BigInt(taxable),
      tax: (before?.tax ?? 0n) + BigInt(tax),
    });
  }
  return shares;
}

function lineOf({ amount, taxes }: CreditNoteLine, position: number, { description, currency, indexOf }: { readonly description: string; readonly currency: string; readonly indexOf: ReadonlyMap<number, number> }): DocumentLine {
  const rates = taxes.map(({ name, percentage }) => `${name} ${percentage} %`);
  return {
    position,
    kind: 'credit',
    ...{ productItemId: null, feeId: null, priceId: null, priceVersion: null, part: null, meterApiName: null },
    description: rates.length === 0 ? description : `${description} (${rates.join(', ')})`,
    quantity: '1',
    unitPriceText: '',
    exactAmount: Decimal.fromMinorUnits(BigInt(amount), currencyExponent(currency)).toString(),
    amount: BigInt(amount),
    deductions: [],
    taxes: taxes.map(({ rate, taxable, tax }) => ({ rate: indexOf.get(rate)!, taxable, tax })),
    tiers: [],
  };
}

/** Which way it went back, or that nothing was paid yet. */
function waysOf({ amountBeforePayment, amountRefunded, amountToBalance, amountOutside }: CreditNote): DocumentSettlement[] {
  const ways: DocumentSettlement[] = [
    { kind: 'off_due', amount: amountBeforePayment },
    { kind: 'refunded', amount: amountRefunded },
    { kind: 'to_balance', amount: amountToBalance },
    { kind: 'outside', amount: amountOutside },
  ];
  return ways.filter(({ amount }) => amount !== 0n);
}
