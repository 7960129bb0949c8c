import { Decimal, Fraction } from '@tollkeeper/kernel';
import type { PriceModel } from './price-model.js';
import { rate } from './rate.js';
import type { RatedAmount, RatedTier } from './rated-amount.js';

/** A price for people, e.g. `0.002 USD`, `5 USD per 1000`, `2.9 %`, `0.05 to 0.1 USD by tier, plus 15 USD flat`. */
export function priceText(model: PriceModel, rated: RatedAmount, currency: string): string {
  const bounds = rated.tiers.filter((tier) => tier.kind === 'bound').map((tier) => `, ${tier.label} ${currency}`);
  const base = model.baseAmount === undefined ? '' : `${model.baseAmount} ${currency} + `;
  return `${base}${ofModel(model, rated, currency)}${shareText(rated.tiers)}${bounds.join('')}`;
}

function ofModel(model: PriceModel, rated: RatedAmount, currency: string): string {
  switch (model.model) {
    case 'flat_fee':
      return `${model.amount} ${currency}`;
    case 'percentage':
      return `${model.percent} %${eventText(model.feePerEvent, currency)}`;
    case 'cost_plus':
      return `${model.unitCost === undefined ? 'cost' : `${model.unitCost} ${currency}`} + ${model.markupPercent} %${eventText(model.feePerEvent, currency)}`;
    case 'dimension_matrix':
      return `${rangeText(unitTiersOf(rated), currency)} by ${model.dimensions.join(', ')}`;
    default:
      return tieredText(model, rated, currency);
  }
}

function tieredText(model: PriceModel, rated: RatedAmount, currency: string): string {
  const used = unitTiersOf(rated);
  // A line of zero units has no tier; it shows what the first unit would have cost.
  const tiers = used.length === 0 ? unitTiersOf(rate(model, Decimal.ONE)) : used;
  const prices = new Set(tiers.map(({ unitPrice, packageSize }) => `${unitPrice} ${packageSize ?? ''}`));
  const flatFees = Fraction.sum(used.map((tier) => tier.flatFee));
  return `${rangeText(tiers, currency)}${prices.size > 1 ? ' by tier' : ''}${flatFees.isZero() ? '' : `, plus ${flatFees} ${currency} flat`}`;
}

function rangeText(tiers: readonly RatedTier[], currency: string): string {
  const [first = Fraction.ZERO, ...others] = tiers.map((tier) => tier.unitPrice);
  const [lowest, highest] = [Fraction.min(first, ...others), Fraction.max(first, ...others)];
  const sizes = new Set(tiers.filter(({ unitPrice }) => !unitPrice.isZero()).map(({ packageSize }) => packageSize?.toString() ?? ''));
  const [size = ''] = sizes;
  const range = lowest.equals(highest) ? `${lowest} ${currency}` : `${lowest} to ${highest} ${currency}`;
  return sizes.size === 1 && size !== '' ? `${range} per ${size}` : range;
}

/** Tiers that units fell into, without fees and bounds. */
function unitTiersOf({ tiers }: RatedAmount): RatedTier[] {
  return tiers.filter((tier) => tier.kind === 'units');
}

function eventText(feePerEvent: string | undefined, currency: string): string {
  return feePerEvent === undefined ? '' : ` + ${feePerEvent} ${currency} each`;
}

function shareText(tiers: readonly RatedTier[]): string {
  const partial = tiers.find((tier) => tier.label !== 'base amount' && !tier.share.equals(Fraction.ONE));
  return partial ? ` × ${partial.share.toRatioText()}` : '';
}
