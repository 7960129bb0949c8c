import type { HeldDiscount } from './held-discount.js';

/**
 * The one order in which a customer's discounts are taken off, whenever and in whatever order they were given: those of items before those of the whole invoice, then by
 * priority, a percentage before an amount, then by name.
 */
export function compareDiscounts(one: HeldDiscount, other: HeldDiscount): number {
  return compareRanks(ranksOf(one), ranksOf(other));
}

function ranksOf({ id, promotion: { productItemIds, priority, kind, promotionName } }: HeldDiscount): readonly (number | string)[] {
  // The id decides only between two of one promotion, one of which ends in the period in which the other starts.
  return [productItemIds == null ? 1 : 0, priority, kind === 'percentage' ? 0 : 1, promotionName, id];
}

function compareRanks(one: readonly (number | string)[], other: readonly (number | string)[]): number {
  const first = one.findIndex((rank, index) => rank !== other[index]);
  return first === -1 ? 0 : one[first]! < other[first]! ? -1 : 1;
}
