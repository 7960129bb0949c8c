import { smaller } from '@tollkeeper/kernel';
import type { InvoiceLine } from '../invoice-line.entity.js';
import type { Invoice } from '../invoice.entity.js';
import type { InvoiceView } from '../invoices.service.js';
import type { Parties } from '../parties/parties.js';
import type { BilledLine } from '../taxation/billed-charges.js';
import type { DocumentLine, DocumentSettlement, DocumentState, DocumentTier, InvoiceDocument } from './invoice-document.js';

/**
 * What the document of an invoice says. Lines without units and without money are left out, as the lock leaves them out.
 * @param nowInMillis account time, the date of a preview
 */
export function documentOfInvoice({ invoice, lines, preview, taxes }: Pick<InvoiceView, 'invoice' | 'lines' | 'preview' | 'taxes'>, { seller, buyer, locale, timeZone }: Parties, nowInMillis: number): InvoiceDocument {
  const shown = (preview?.lines.filter(({ isEmpty }) => !isEmpty) ?? lines).map((line: BilledLine | InvoiceLine, index) => lineOf(invoice, line, index + 1));
  const subtotal = shown.reduce((sum, { amount }) => sum + amount, 0n);
  const { tax, taxIncluded } = preview ?? invoice;
  const withoutTax = preview === null ? invoice.total : preview.total - taxIncluded;
  const total = withoutTax + tax;
  const shares = preview?.taxes ?? taxes;
  const settlements = preview === null ? settlementsOf(invoice, total) : [];
  return {
    kind: 'invoice',
    state: preview === null ? stateOf(invoice) : 'preview',
    id: invoice.id,
    number: invoice.number ?? null,
    corrects: null,
    currency: invoice.currency,
    issueTimeInMillis: invoice.lockTime ?? nowInMillis,
    dueTimeInMillis: invoice.dueTimeInMillis ?? null,
    period: { startInMillis: invoice.periodStartInMillis, endInMillis: invoice.periodEndInMillis },
    ...{ seller, buyer, locale, timeZone },
    lines: shown,
    subtotal,
    adjustment: withoutTax + taxIncluded - subtotal,
    ...{ tax, taxIncluded, taxTreatment: (preview ?? invoice).taxTreatment ?? null, exchange: (preview ?? invoice).exchange ?? null },
    taxes: shares.reduce((sum, share) => sum + share.tax, 0n) === tax ? shares : [],
    total,
    settlements,
    amountDue: invoice.paymentStatusReason === 'voided' ? 0n : settlements.reduce((due, { amount }) => due - amount, total),
    refunded: invoice.amountRefunded,
    creditedLater: invoice.amountCredited - amountOf(settlements, 'credited'),
    reason: null,
    payment: { url: invoice.hostedUrl ?? null, instructions: invoice.paymentInstructions ?? null, reference: invoice.paymentReference ?? null },
  };
}

function lineOf(invoice: Invoice, line: BilledLine | InvoiceLine, position: number): DocumentLine {
  const { periodStartInMillis: startInMillis, periodEndInMillis: endInMillis } = line;
  const isWhole = startInMillis == null || endInMillis == null || (startInMillis === invoice.periodStartInMillis && endInMillis === invoice.periodEndInMillis);
  return {
    position,
    kind: line.kind,
    productItemId: line.productItemId ?? null,
    priceId: line.priceId ?? null,
    priceVersion: line.priceVersion ?? null,
    feeId: line.feeId ?? null,
    part: isWhole ? null : { startInMillis, endInMillis },
    meterApiName: line.meterApiName ?? null,
    description: line.description,
    quantity: line.quantity.toString(),
    unitPriceText: line.unitPriceText,
    exactAmount: line.exactAmount,
    amount: line.amount,
    deductions: line.deductions.map((deduction) => ({ ...deduction, amount: BigInt(deduction.amount) })),
    taxes: line.taxes ?? [],
    tiers: line.tiers as readonly DocumentTier[],
  };
}

function stateOf({ paymentStatus, paymentStatusReason, number, amountOpen, total, tax, amountCredited }: Invoice): DocumentState {
  if (paymentStatusReason === 'voided') return 'void';
  if (paymentStatusReason === 'carried_forward') return 'carried_forward';
  if (paymentStatusReason === 'written_off') return 'written_off';
  if (paymentStatusReason === 'credit_note') return 'credited';
  if (paymentStatus === 'not_needed') return 'nothing_due';
  if (paymentStatus === 'settled') return paymentStatusReason === 'credited' || (amountCredited > 0n && amountCredited >= total + tax) ? 'credited' : 'paid';
  if (paymentStatusReason === 'overdue') return 'overdue';
  return number == null || amountOpen === 0n ? 'draft' : 'open';
}

/**
 * What has been taken off the total so far. The provider says how much is paid, credited and open; whatever is left of the total came from or
 * went to the customer's balance there. They add up: the total less these is what is open.
 */
function settlementsOf(invoice: Invoice, total: bigint): DocumentSettlement[] {
  const reason = invoice.paymentStatusReason;
  if (reason === 'voided') return [];
  if (reason === 'carried_forward') return [{ kind: 'carried_forward', amount: total }];
  if (reason === 'credit_note') return [{ kind: 'credited', amount: total }];
  const isHandedOver = invoice.paymentStatus === 'settled' || invoice.amountOpen !== 0n || invoice.amountPaid !== 0n;
  if (!isHandedOver) return [];
  const otherwise = total - invoice.amountPaid - invoice.amountOpen;
  const credited = otherwise <= 0n ? 0n : smaller(invoice.amountCredited, otherwise);
  const found: DocumentSettlement[] = [
    { kind: 'credited', amount: credited },
    { kind: 'balance', amount: otherwise - credited },
    { kind: 'paid', amount: invoice.amountPaid },
  ];
  return found.filter(({ amount }) => amount !== 0n);
}

function amountOf(settlements: readonly DocumentSettlement[], wanted: DocumentSettlement['kind']): bigint {
  return settlements.find(({ kind }) => kind === wanted)?.amount ?? 0n;
}
