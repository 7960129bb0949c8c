import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import type { RatedLineTier } from '@tollkeeper/rating';
import type { ChargeLine } from '../../charges/rated-charges.js';
import type { InvoiceLine } from '../invoice-line.entity.js';
import type { InvoicePayment } from '../invoice-payment.entity.js';
import { payable, type Invoice } from '../invoice.entity.js';
import type { InvoiceTaxShare } from '../../taxes/invoice-taxes.js';
import type { InvoiceView } from '../invoices.service.js';
import type { DocumentFacts, InvoiceEdit } from '../edits/invoice-edit.entity.js';
import type { RecordedPayment } from '../recorded-payments/recorded-payment.entity.js';
import { deductionResponses } from './deduction.response.js';
import type { InvoiceDocumentResponse, InvoiceEditResponse } from './invoice-edit.response.js';
import type { InvoiceTaxResponse } from './invoice-tax.response.js';
import type { InvoiceLineResponse, InvoicePaymentResponse, InvoiceResponse, InvoiceSummaryResponse, InvoiceTierResponse, RecordedPaymentResponse } from './invoice.response.js';

export function invoiceSummary(invoice: Invoice): InvoiceSummaryResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency: invoice.currency });
  return {
    id: invoice.id,
    kind: invoice.kind,
    customerId: invoice.customerId,
    planId: invoice.planId ?? null,
    number: invoice.number ?? null,
    invoiceStartTimeInSeconds: Math.floor(invoice.periodStartInMillis / 1000),
    invoiceEndTimeInSeconds: Math.floor(invoice.periodEndInMillis / 1000),
    graceEndTimeInMillis: invoice.graceEndInMillis ?? null,
    invoicePriceStatus: invoice.priceStatus,
    paymentStatus: invoice.paymentStatus,
    paymentStatusReason: invoice.paymentStatusReason ?? null,
    paymentStatusMessage: invoice.paymentStatusMessage ?? null,
    total: invoice.priceStatus === 'price_locked' ? money(payable(invoice)) : null,
    amountDue: money(invoice.amountDue),
    amountPaid: money(invoice.amountPaid),
    amountRefunded: money(invoice.amountRefunded),
    amountDisputed: money(invoice.amountDisputed),
    amountOpen: money(invoice.amountOpen),
    amountSurplus: money(invoice.amountSurplus),
    amountReversed: money(invoice.amountReversed),
    amountCredited: money(invoice.amountCredited),
    amountOverpaid: money(invoice.amountOverpaid),
    paymentProviderName: invoice.providerName ?? null,
    providerStatus: invoice.providerStatus ?? null,
    providerInvoiceId: invoice.providerInvoiceId ?? null,
    providerCustomerId: invoice.providerCustomerId ?? null,
    hostedInvoiceUrl: invoice.hostedUrl ?? null,
    paymentReference: invoice.paymentReference ?? null,
    documentUrl: invoice.documentUrl ?? null,
    dueTimeInMillis: invoice.dueTimeInMillis ?? null,
    nextAttemptTime: invoice.nextAttemptTime ?? null,
    carriedIntoInvoiceId: invoice.carriedIntoId ?? null,
    adjustsInvoiceId: invoice.adjustsId ?? null,
    createTime: invoice.createTime,
    updateTime: invoice.updateTime,
  };
}

export function invoiceResponse({ invoice, lines, payments, recorded, edits, preview, taxes, handOverProblem }: InvoiceView): InvoiceResponse {
  const { currency } = invoice;
  const [subtotal, tax, included] = preview === null ? [invoice.subtotal, invoice.tax, invoice.taxIncluded] : [preview.subtotal, preview.tax, preview.taxIncluded];
  return {
    ...invoiceSummary(invoice),
    isPreview: preview !== null,
    subtotal: moneyToJson({ amountInMinorUnits: subtotal, currency }),
    total: moneyToJson({ amountInMinorUnits: preview === null ? payable(invoice) : preview.total - included + tax, currency }),
    tax: moneyToJson({ amountInMinorUnits: tax, currency }),
    taxIncluded: moneyToJson({ amountInMinorUnits: included, currency }),
    taxTreatment: (preview ?? invoice).taxTreatment ?? null,
    taxes: taxes.map((share) => taxResponse(share, currency)),
    exchange: (preview ?? invoice).exchange ?? null,
    handOverProblem: handOverProblem && { code: handOverProblem.code, message: handOverProblem.message },
    lines: (preview?.lines ?? lines).map((line) => ({ ...lineResponse(line, currency), taxes: lineTaxes(line, taxes, currency) })),
    payments: payments.map((payment) => paymentResponse(payment, currency)),
    recordedPayments: recorded.map(recordedPaymentResponse),
    edits: edits.map((edit) => editResponse(edit, currency)),
    paymentInstructions: invoice.paymentInstructions ?? null,
  };
}

export function taxResponse({ taxRateId, name, jurisdiction, percentage, isInclusive, taxable, tax }: InvoiceTaxShare, currency: string): InvoiceTaxResponse {
  return { taxRateId, name, jurisdiction, percentage: percentage.toString(), isInclusive, taxable: moneyToJson({ amountInMinorUnits: taxable, currency }), tax: moneyToJson({ amountInMinorUnits: tax, currency }) };
}

export function lineTaxes({ taxes }: Pick<InvoiceLine, 'taxes'>, shares: readonly InvoiceTaxShare[], currency: string): InvoiceTaxResponse[] {
  return (taxes ?? []).map(({ rate, taxable, tax }) => taxResponse({ ...shares[rate]!, taxable: BigInt(taxable), tax: BigInt(tax) }, currency));
}

export function lineResponse(line: ChargeLine | InvoiceLine, currency: string): InvoiceLineResponse {
  return {
    kind: line.kind,
    productItemId: line.productItemId ?? null,
    priceId: line.priceId ?? null,
    priceVersion: line.priceVersion ?? null,
    meterApiName: line.meterApiName ?? null,
    periodStartTimeInMillis: line.periodStartInMillis ?? null,
    periodEndTimeInMillis: line.periodEndInMillis ?? null,
    description: line.description,
    quantity: line.quantity.toString(),
    unitPriceText: line.unitPriceText,
    exactAmount: line.exactAmount,
    amount: moneyToJson({ amountInMinorUnits: line.amount, currency }),
    deductions: deductionResponses(line.deductions, currency),
    tiers: line.tiers.map(tierResponse),
  };
}

const BARE_TIER = { kind: 'units', label: null, packageSize: null, packages: null, share: null } as const;

/** Lines that were frozen before prices had more than units know nothing of the rest. */
function tierResponse(tier: unknown): InvoiceTierResponse {
  return { ...BARE_TIER, ...(tier as Omit<RatedLineTier, keyof typeof BARE_TIER>) };
}

function paymentResponse(payment: InvoicePayment, currency: string): InvoicePaymentResponse {
  return {
    providerPaymentId: payment.providerPaymentId,
    status: payment.status,
    amount: moneyToJson({ amountInMinorUnits: payment.amount, currency }),
    amountRefunded: moneyToJson({ amountInMinorUnits: payment.amountRefunded, currency }),
    failureCode: payment.failureCode ?? null,
    declineCode: payment.declineCode ?? null,
    failureMessage: payment.failureMessage ?? null,
    nextActionUrl: payment.nextActionUrl ?? null,
    card: payment.card ?? null,
    createTime: payment.providerCreateTime,
  };
}

function editResponse({ kind, before, after, createTime }: InvoiceEdit, currency: string): InvoiceEditResponse {
  return { kind, before: documentResponse(before, currency), after: after ? documentResponse(after, currency) : null, createTime };
}

function documentResponse({ providerInvoiceId, number, subtotal, total, dueTimeInMillis, lines }: DocumentFacts, currency: string): InvoiceDocumentResponse {
  const money = (amount: string): MoneyJson => moneyToJson({ amountInMinorUnits: BigInt(amount), currency });
  return {
    ...{ providerInvoiceId, number, dueTimeInMillis },
    subtotal: money(subtotal),
    total: money(total),
    lines: lines && lines.map(({ description, amount }) => ({ description, amount: money(amount) })),
  };
}

function recordedPaymentResponse(payment: RecordedPayment): RecordedPaymentResponse {
  const { id, kind, systemName, paymentId, amount, currency, createTime } = payment;
  return {
    id,
    kind,
    reversesId: payment.reversesId ?? null,
    systemName,
    paymentId,
    amount: moneyToJson({ amountInMinorUnits: amount, currency }),
    paymentTimeInSeconds: Math.floor(payment.paymentTime / 1_000),
    note: payment.note ?? null,
    createTime,
  };
}
