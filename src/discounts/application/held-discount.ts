import type { CustomerDiscount } from '../customer-discount.entity.js';
import type { Promotion } from '../promotion.entity.js';

/** A discount that a customer has, with what it is. */
export interface HeldDiscount extends Pick<CustomerDiscount, 'id' | 'customerId' | 'startInMillis' | 'endInMillis' | 'periodsUsed' | 'amountUsed'> {
  readonly promotion: Pick<Promotion, 'promotionName' | 'kind' | 'percentage' | 'amount' | 'currency' | 'productItemIds' | 'planIds' | 'duration' | 'periodCount' | 'maximumPerPeriod' | 'maximumInTotal' | 'priority'>;
  /** Of the coupon that it was redeemed by; null: any. */
  readonly couponPlanIds: readonly string[] | null;
}

/** An invoice of a billing period, as far as discounts look at it. */
export interface DiscountedInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly planId?: string | null | undefined;
  readonly currency: string;
  readonly periodStartInMillis: number;
  readonly periodEndInMillis: number;
}

/** Whether it is for such an invoice at all, whatever has been used of it. */
export function holdsFor({ customerId, startInMillis, endInMillis, promotion, couponPlanIds }: HeldDiscount, invoice: DiscountedInvoice): boolean {
  if (customerId !== invoice.customerId) return false;
  if (startInMillis >= invoice.periodEndInMillis || (endInMillis ?? Number.POSITIVE_INFINITY) <= invoice.periodStartInMillis) return false;
  if (promotion.currency != null && promotion.currency !== invoice.currency) return false;
  return [promotion.planIds, couponPlanIds].every((planIds) => planIds == null || planIds.includes(invoice.planId ?? ''));
}
