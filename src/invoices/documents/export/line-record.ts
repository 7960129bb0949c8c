import { majorUnits } from '@tollkeeper/kernel';
import type { InvoiceDocument } from '../invoice-document.js';

/**
 * One line of an invoice beside what its invoice says: a row of every CSV and NDJSON there is. An invoice without lines is one row whose
 * line is empty. Amounts are in major units, times ISO 8601 in UTC.
 */
export interface LineRecord {
  readonly invoiceId: string;
  readonly invoiceNumber: string | null;
  readonly invoiceKind: string;
  readonly issueTime: string;
  readonly dueTime: string | null;
  readonly periodStart: string | null;
  /** Not part of it. */
  readonly periodEnd: string | null;
  readonly customerId: string;
  readonly customerName: string;
  readonly purchaseOrderNumber: string | null;
  readonly paymentStatus: string;
  readonly currency: string;
  readonly position: number | null;
  readonly lineKind: string | null;
  readonly description: string | null;
  readonly productItemId: string | null;
  readonly priceId: string | null;
  readonly meterApiName: string | null;
  readonly quantity: string | null;
  readonly unitPriceText: string | null;
  readonly exactAmount: string | null;
  /** What was taken off the amount. */
  readonly deductions: string | null;
  readonly amount: string | null;
  /** Percentages, apart by spaces, and their taxes on the line together; null where nothing is known of them. */
  readonly taxRates: string | null;
  readonly lineTax: string | null;
  readonly invoiceSubtotal: string;
  readonly invoiceTax: string;
  readonly invoiceTotal: string;
}

export const LINE_COLUMNS: readonly (keyof LineRecord)[] = [
  ...(['invoiceId', 'invoiceNumber', 'invoiceKind', 'issueTime', 'dueTime', 'periodStart', 'periodEnd', 'customerId', 'customerName', 'purchaseOrderNumber'] as const),
  ...(['paymentStatus', 'currency', 'position', 'lineKind', 'description', 'productItemId', 'priceId', 'meterApiName', 'quantity', 'unitPriceText', 'exactAmount', 'deductions', 'amount', 'taxRates', 'lineTax'] as const),
  ...(['invoiceSubtotal', 'invoiceTax', 'invoiceTotal'] as const),
];

export function* recordsOf(document: InvoiceDocument): Generator<LineRecord> {
  const { currency, period, buyer, dueTimeInMillis } = document;
  const major = (amountInMinorUnits: bigint): string => majorUnits({ amountInMinorUnits, currency });
  const invoice = {
    ...{ invoiceId: document.id, invoiceNumber: document.number, invoiceKind: document.kind, issueTime: isoTime(document.issueTimeInMillis), dueTime: dueTimeInMillis === null ? null : isoTime(dueTimeInMillis) },
    ...{ periodStart: period && isoTime(period.startInMillis), periodEnd: period && isoTime(period.endInMillis) },
    ...{ customerId: buyer.customerId, customerName: buyer.legalName, purchaseOrderNumber: buyer.purchaseOrderNumber ?? null, paymentStatus: document.state, currency },
  };
  const sums = { invoiceSubtotal: major(document.subtotal), invoiceTax: major(document.tax), invoiceTotal: major(document.total) };
  const record = (line: Pick<LineRecord, 'position' | 'lineKind' | 'description' | 'productItemId' | 'priceId' | 'meterApiName' | 'quantity' | 'unitPriceText' | 'exactAmount' | 'deductions' | 'amount' | 'taxRates' | 'lineTax'>): LineRecord => ({ ...invoice, ...line, ...sums });
  if (document.lines.length === 0) {
    yield record({ position: null, lineKind: null, description: null, productItemId: null, priceId: null, meterApiName: null, quantity: null, unitPriceText: null, exactAmount: null, deductions: null, amount: null, taxRates: null, lineTax: null });
  }
  for (const { position, kind, description, productItemId, priceId, meterApiName, quantity, unitPriceText, exactAmount, amount, taxes, ...line } of document.lines) {
    const deductions = major(line.deductions.reduce((sum, deduction) => sum + deduction.amount, 0n));
    const isTaxed = taxes.length > 0 && document.taxes.length > 0;
    const taxRates = isTaxed ? taxes.map(({ rate }) => document.taxes[rate]!.percentage.toString()).join(' ') : null;
    const lineTax = isTaxed ? major(taxes.reduce((sum, { tax }) => sum + BigInt(tax), 0n)) : null;
    yield record({ position, lineKind: kind, description, productItemId, priceId, meterApiName, quantity, unitPriceText, exactAmount, deductions, amount: major(amount), taxRates, lineTax });
  }
}

export function isoTime(timeInMillis: number): string {
  return new Date(timeInMillis).toISOString();
}
