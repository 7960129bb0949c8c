import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import type { DocumentLine } from '../invoices/documents/invoice-document.js';
import type { Invoice } from '../invoices/invoice.entity.js';
import type { ReferenceBill, ReferenceInvoiceResponse, ReferenceItemBill, ReferenceItemInvoice, ReferenceInvoiceKey, ReferencePlanFee, ReferencePromotion, ReferenceCommitment } from './dto/reference-invoice.response.js';
import type { ReferenceInvoiceFacts } from './reference-invoices.service.js';

/** There is one product in an account. */
export const PRODUCT_ID = '1';

const HOUR_IN_MILLIS = 3_600_000;

/** An invoice in the reference's shape: facts we have, under its names; amounts are plain numbers in major units. What we do not have is left out. */
export function referenceInvoice(facts: ReferenceInvoiceFacts): ReferenceInvoiceResponse {
  const { account, plan, document, view: { invoice, payments } } = facts;
  const key = keyOf(facts);
  const bill = billOf(facts);
  const graceInMillis = invoice.graceEndInMillis == null ? account.gracePeriodInHours * HOUR_IN_MILLIS : invoice.graceEndInMillis - invoice.periodEndInMillis;
  const [firstPayment] = payments;
  return {
    invoiceUri: uriOf(key),
    uuid: invoice.id,
    invoiceKey: key,
    planBillingPeriod: { interval: plan.billingPeriod.interval === 'calendar_month' ? 'month' : plan.billingPeriod.interval, intervalsCount: plan.billingPeriod.intervalsCount },
    planName: plan.planName,
    ...spanOf(facts),
    gracePeriodInHours: Math.round(graceInMillis / HOUR_IN_MILLIS),
    productItemInvoices: itemInvoices(facts, key),
    appliedPromotions: promotionsOf(facts),
    appliedCommitments: commitmentsOf(facts),
    appliedInvoiceBasedFees: [],
    productPlanFees: document.lines.filter(({ kind }) => kind === 'fee').map((line) => planFee(facts, line)),
    totalBill: bill,
    invoiceBillInBaseCurrency: bill,
    invoicePriceStatus: invoice.priceStatus,
    paymentStatus: invoice.paymentStatus,
    ...(firstPayment ? { paymentCreatedInSeconds: Math.floor(firstPayment.providerCreateTime / 1_000) } : {}),
    ...(invoice.providerStatus == null ? {} : { externalSystemStatus: invoice.providerStatus }),
    paymentCurrencyInfo: { basePlanCurrency: plan.currency, exchangeRate: 1, paymentCurrency: invoice.currency },
  };
}

function keyOf({ view: { invoice }, plan, document }: ReferenceInvoiceFacts): ReferenceInvoiceKey {
  return invoiceKeyOf(invoice, plan.id, document.timeZone);
}

export function invoiceKeyOf({ accountId, customerId, periodStartInMillis }: Pick<Invoice, 'accountId' | 'customerId' | 'periodStartInMillis'>, planId: string, timeZone: string): ReferenceInvoiceKey {
  const parts = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(periodStartInMillis);
  const [year, month, day] = (['year', 'month', 'day'] as const).map((wanted) => Number(parts.find(({ type }) => type === wanted)?.value));
  return { accountId, customerId, productId: PRODUCT_ID, productPlanId: planId, year: year!, month: month!, day: day! };
}

export function uriOf({ accountId, customerId, productId, productPlanId, year, month, day }: ReferenceInvoiceKey): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `payments/invoices/account_id=${accountId}/customer_id=${customerId}/product_id=${productId}/product_plan_id=${productPlanId}/year=${year}/month=${two(month)}/day=${two(day)}`;
}

function spanOf({ view: { invoice } }: ReferenceInvoiceFacts): { invoiceStartTimeInSeconds: number; invoiceEndTimeInSeconds: number } {
  return { invoiceStartTimeInSeconds: Math.floor(invoice.periodStartInMillis / 1_000), invoiceEndTimeInSeconds: Math.floor(invoice.periodEndInMillis / 1_000) };
}

function itemInvoices(facts: ReferenceInvoiceFacts, key: ReferenceInvoiceKey): ReferenceItemInvoice[] {
  const byItem = Map.groupBy(facts.document.lines.filter(isUsage), ({ productItemId }) => productItemId ?? '');
  return [...byItem].map(([productItemId, lines]) => {
    const productItemName = facts.itemNames.get(productItemId) ?? '';
    const itemKey = { ...key, productItemKey: productItemId };
    const totalBill = itemBill(facts, lines);
    return {
      key: itemKey,
      productItemId,
      productItemName,
      meterApiName: lines[0]?.meterApiName ?? '',
      productPlanName: facts.plan.planName,
      productItemVariants: [{ key: itemKey, itemDimensions: {}, dimensionLabel: '', hourlyBillInfos: [], totalBill, lateArrivalMeters: [] }],
      totalBill,
    };
  });
}

/** Of all versions of the item's price together; units by tier under the number of units the tier starts after. */
function itemBill(facts: ReferenceInvoiceFacts, lines: readonly DocumentLine[]): ReferenceItemBill {
  const { invoiceStartTimeInSeconds: startTimeInSeconds, invoiceEndTimeInSeconds: endTimeInSeconds } = spanOf(facts);
  const perTier = new Map<string, Decimal>();
  for (const { fromUnit, units } of lines.flatMap(({ tiers }) => tiers)) {
    if (Decimal.isParsable(units)) perTier.set(fromUnit, (perTier.get(fromUnit) ?? Decimal.ZERO).plus(Decimal.parse(units)));
  }
  const price = major(facts, sum(lines.map(beforeDeductions)));
  return {
    ...{ startTimeInSeconds, endTimeInSeconds, price, priceInBaseCurrency: price },
    meterUnits: Number(lines.reduce((units, { quantity }) => units.plus(Decimal.parse(quantity)), Decimal.ZERO).toString()),
    meteredUnitsPerTier: Object.fromEntries([...perTier].map(([from, units]) => [from, Number(units.toString())])),
  };
}

function planFee(facts: ReferenceInvoiceFacts, line: DocumentLine): ReferencePlanFee {
  const fee = facts.plan.fees.find(({ name }) => name === line.description);
  const cost = major(facts, beforeDeductions(line).amount);
  return { id: fee?.id ?? `${facts.plan.id}-base-fee`, name: line.description, description: fee?.description ?? '', cost, costInBaseCurrency: cost, isOneTimeFee: fee?.kind === 'one_time' };
}

/** Item and fixed price less the discount and what was paid in advance are the total, without tax. Fixed is all that is neither usage nor given free or taken off: fees, minimum, what is missing to a commitment, what was carried in or changed later. */
function billOf(facts: ReferenceInvoiceFacts): ReferenceBill {
  const { lines, adjustment, subtotal } = facts.document;
  const items = sum(lines.filter(isUsage).map(beforeDeductions));
  const discount = sum(lines.flatMap(({ deductions }) => deductions).filter(isDiscount)) - sum(lines.filter(({ kind }) => kind === 'free_amount'));
  const prepaid = sum(lines.flatMap(({ deductions }) => deductions).filter((one) => !isDiscount(one)));
  const total = subtotal + adjustment + prepaid;
  const { invoiceStartTimeInSeconds: startTimeInSeconds, invoiceEndTimeInSeconds: endTimeInSeconds } = spanOf(facts);
  const number = (amount: bigint): number => major(facts, amount);
  return {
    ...{ startTimeInSeconds, endTimeInSeconds, prepaid: number(prepaid) },
    itemPrice: number(items),
    fixPrice: number(total + discount - items),
    totalDiscount: number(discount),
    totalPriceBeforeDiscount: number(total + discount),
    totalPriceBeforePrepaid: number(total),
    totalPrice: number(total - prepaid),
  };
}

/** What each discount took off all lines together. */
function promotionsOf(facts: ReferenceInvoiceFacts): ReferencePromotion[] {
  const byId = Map.groupBy(facts.document.lines.flatMap(({ deductions }) => deductions).filter(isDiscount), ({ id }) => id);
  return [...byId].map(([id, deductions]) => {
    const [discount, held] = [major(facts, sum(deductions)), facts.discounts.get(id)];
    const applied = held === undefined ? {} : { promotionAppliedTimeInSeconds: Math.floor(held.startInMillis / 1_000) };
    return { promotionId: held?.promotionId ?? id, promotionName: deductions[0]!.name, promotionType: 'discount', discount, discountInBaseCurrency: discount, ...applied };
  });
}

/** What is missing to a commitment; there is one at a time. */
function commitmentsOf(facts: ReferenceInvoiceFacts): ReferenceCommitment[] {
  const { commitment } = facts;
  const fee = major(facts, sum(facts.document.lines.filter(({ kind }) => kind === 'true_up')));
  return commitment === null || fee === 0 ? [] : [{ commitmentId: commitment.id, obligationId: commitment.id, obligationName: commitment.name, feeAmount: fee, feeInBaseCurrency: fee }];
}

function isDiscount({ kind }: DocumentLine['deductions'][number]): boolean {
  return kind === 'discount';
}

function beforeDeductions<Line extends DocumentLine>(line: Line): Line {
  return { ...line, amount: line.amount + sum(line.deductions) };
}

function isUsage({ kind, productItemId }: DocumentLine): boolean {
  return kind === 'usage' && productItemId !== null;
}

function sum(lines: readonly Pick<DocumentLine, 'amount'>[]): bigint {
  return lines.reduce((total, { amount }) => total + amount, 0n);
}

function major({ view: { invoice } }: ReferenceInvoiceFacts, amount: bigint): number {
  return Number(Decimal.fromMinorUnits(amount, currencyExponent(invoice.currency)).toString());
}
