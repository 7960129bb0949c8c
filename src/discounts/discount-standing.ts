import type { CustomerDiscount } from './customer-discount.entity.js';
import { periodLimit, type Promotion } from './promotion.entity.js';

export const DISCOUNT_STANDINGS = ['scheduled', 'active', 'used_up', 'ended', 'removed'] as const;
export type DiscountStanding = (typeof DISCOUNT_STANDINGS)[number];

/** There are no periods, or there is no amount, left of it. */
export function isUsedUp({ periodsUsed, amountUsed }: Pick<CustomerDiscount, 'periodsUsed' | 'amountUsed'>, promotion: Promotion): boolean {
  const limit = periodLimit(promotion);
  return (limit !== null && periodsUsed >= limit) || (promotion.maximumInTotal != null && amountUsed >= promotion.maximumInTotal);
}

/** @param nowInMillis account time */
export function standingOf(discount: CustomerDiscount, promotion: Promotion, nowInMillis: number): DiscountStanding {
  if (discount.removedTime != null) return 'removed';
  if (isUsedUp(discount, promotion)) return 'used_up';
  if (discount.endInMillis != null && discount.endInMillis <= nowInMillis) return 'ended';
  return discount.startInMillis > nowInMillis ? 'scheduled' : 'active';
}
