import { currencyExponent, Decimal, invalid, type DomainError } from '@tollkeeper/kernel';
import type { CustomerDiscountView } from '../discounts/customer-discounts.service.js';
import type { NewPromotion } from '../discounts/promotion-terms.js';
import type { Promotion } from '../discounts/promotion.entity.js';
import type { Invoice } from '../invoices/invoice.entity.js';
import type { ReferenceCustomerPromotionResponse, ReferenceDiscountedInvoice, ReferencePromotionRequest, ReferencePromotionResponse } from './dto/reference-promotion.dto.js';
import { invoiceKeyOf, PRODUCT_ID, uriOf } from './reference-invoice.js';

/** What the reference has by name and we have too: given to customers one by one, off a plan's invoice or off an item. */
const TYPES: Readonly<Record<string, { readonly isRelative: boolean; readonly target: 'targetPlanId' | 'targetProductItemId' }>> = {
  unconditioned_absolute_plan_promotion: { isRelative: false, target: 'targetPlanId' },
  product_item_absolute_partner_discount: { isRelative: false, target: 'targetProductItemId' },
  product_item_relative_partner_discount: { isRelative: true, target: 'targetProductItemId' },
};
const HUNDRED = Decimal.parse(100);

/** @throws DomainError `unsupported_promotion_type` */
export function promotionTypeOf(type: string): (typeof TYPES)[string] {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (!known) throw refused('type', 'unsupported_promotion_type', `Promotions of the type '${type.slice(0, 100)}' are not made by this route; these are: ${Object.keys(TYPES).join(', ')}. POST /promotions makes all that there are.`);
  return known;
}

/**
 * The same promotion as we have it. Amounts are in one currency.
 * @throws DomainError `unsupported_promotion_type`, `unsupported_promotion_field`, `invalid_request`, and what `Decimal.parse` throws
 */
export function promotionOfReference(type: string, body: ReferencePromotionRequest, currency: string): NewPromotion & { readonly id: string } {
  const { isRelative, target } = promotionTypeOf(type);
  for (const field of ['dimensionConstraintMap', 'customerTags'] as const) if (Object.keys(body[field] ?? {}).length > 0) throw notKnown(field);
  if (body.promotionTimeLimit?.months !== undefined) throw notKnown('promotionTimeLimit.months');
  const needed = [target, isRelative ? 'discountRatio' : 'discount'] as const;
  for (const field of needed) if (body[field] === undefined) throw refused(field, 'invalid_request', `${field} is missing: promotions of the type '${type}' have it.`);
  const money = (amount: string | number | undefined): { amountInMinorUnits: string; currency: string } | null =>
    amount === undefined ? null : { amountInMinorUnits: Decimal.parse(amount).toFraction().toMinorUnits(currencyExponent(currency), 'half_up').toString(), currency };
  const cycles = body.promotionTimeLimit?.cycles;
  return {
    ...{ id: body.id, promotionName: body.promotionName, description: body.description ?? null },
    ...(isRelative ? { percentage: percentageOf(body.discountRatio!) } : { amount: money(body.discount) }),
    ...{ maximumPerPeriod: money(body.cycleMaxDiscount), maximumInTotal: money(body.totalMaxDiscount) },
    ...{ planIds: body.targetPlanId === undefined ? null : [body.targetPlanId], productItemIds: body.targetProductItemId === undefined ? null : [body.targetProductItemId] },
    ...(cycles === undefined ? { duration: 'forever' as const } : { duration: 'periods' as const, periodCount: cycles }),
  };
}

export function referencePromotion(promotion: Promotion): ReferencePromotionResponse {
  const { id, promotionName, description, kind, percentage, amount, maximumPerPeriod, maximumInTotal, currency, planIds, productItemIds, duration, periodCount, status, updateTime } = promotion;
  const major = (minor: bigint): number => majorOf(minor, currency!);
  const cycles = duration === 'once' ? 1 : periodCount;
  return {
    ...{ id, type: typeOf(promotion), promotionName, description: description ?? '', lockingStatus: status === 'deprecated' ? 'deprecated' : 'close_to_changes', lastUpdateTimeInMillis: updateTime },
    ...(kind === 'percentage' ? { discountRatio: Number(percentage!.toString()) / 100 } : { discount: major(amount!) }),
    ...(maximumPerPeriod == null ? {} : { cycleMaxDiscount: major(maximumPerPeriod) }),
    ...(maximumInTotal == null ? {} : { totalMaxDiscount: major(maximumInTotal) }),
    ...(planIds?.length === 1 ? { targetPlanId: planIds[0]! } : {}),
    ...(productItemIds?.length === 1 ? { targetProductItemId: productItemIds[0]! } : {}),
    ...(cycles == null ? {} : { promotionTimeLimit: { cycles } }),
  };
}

/** A customer's discount with the invoices that it took something off. */
export interface CustomerPromotionFacts {
  readonly view: CustomerDiscountView;
  readonly timeZone: string;
  /** By their ids. */
  readonly invoices: ReadonlyMap<string, Invoice>;
}

export function referenceCustomerPromotion(facts: CustomerPromotionFacts): ReferenceCustomerPromotionResponse {
  const { discount, promotion } = facts.view;
  const { id, customerId, promotionId, startInMillis, endInMillis, removedTime, createTime, amountUsed } = discount;
  const { currency, maximumInTotal, priority } = promotion;
  const range = { startTimeInSeconds: seconds(startInMillis), ...(endInMillis == null ? {} : { endTimeInSeconds: seconds(endInMillis) }) };
  return {
    ...{ id, relationId: id, customerId, promotionId, productId: PRODUCT_ID, priority },
    ...{ appliedTimeInSeconds: seconds(startInMillis), addedTimeInSeconds: seconds(createTime), appliedTimeRange: range },
    ...(removedTime == null ? {} : { removedTimeInSeconds: seconds(removedTime) }),
    entityProductInvoices: discountedInvoices(facts),
    ...(maximumInTotal == null ? {} : { totalAmountLeft: majorOf(maximumInTotal - amountUsed, currency!) }),
  };
}

function discountedInvoices({ view: { redemptions }, timeZone, invoices }: CustomerPromotionFacts): ReferenceDiscountedInvoice[] {
  return redemptions.flatMap(({ invoiceId, amount, returnedTime, createTime }) => {
    const invoice = invoices.get(invoiceId);
    if (!invoice || returnedTime != null || amount === 0n) return [];
    const invoiceUri = uriOf(invoiceKeyOf(invoice, invoice.planId ?? '', timeZone));
    return [{ invoiceUri, createdTimeInSeconds: seconds(createTime), amount: majorOf(amount, invoice.currency), invoiceAmount: majorOf(invoice.total, invoice.currency) }];
  });
}

/** One off a whole invoice is called as its absolute sibling. */
function typeOf({ kind, productItemIds }: Promotion): string {
  const ofItem = productItemIds != null;
  return kind === 'percentage' ? (ofItem ? 'product_item_relative_partner_discount' : 'unconditioned_relative_plan_promotion') : ofItem ? 'product_item_absolute_partner_discount' : 'unconditioned_absolute_plan_promotion';
}

function percentageOf(ratio: string | number): string {
  return Decimal.parse(ratio).toFraction().times(HUNDRED.toFraction()).toString();
}

function majorOf(minor: bigint, currency: string): number {
  return Number(Decimal.fromMinorUnits(minor, currencyExponent(currency)).toString());
}

function seconds(millis: number): number {
  return Math.floor(millis / 1_000);
}

function notKnown(field: string): DomainError {
  return refused(field, 'unsupported_promotion_field', `${field} is not known here, and a promotion without it would take off something else.`);
}

function refused(field: string, code: string, message: string): DomainError {
  return invalid(code, message, [{ field, code, message }]);
}
