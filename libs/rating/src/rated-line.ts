import { Decimal, currencyExponent, parseCurrency, type RoundingMode } from '@tollkeeper/kernel';
import type { PriceModel } from './price-model.js';
import { rate } from './rate.js';
import type { RatedAmount, RatedTier } from './rated-amount.js';

/** Each invoice line is rounded once, to the currency's minor unit, ties away from zero; nothing before or after it is rounded. */
export const LINE_ROUNDING: RoundingMode = 'half_up';

/** A priced line as it is stored and shown: decimals as canonical text, in major currency units. */
export interface RatedLine {
  readonly amountInMinorUnits: bigint;
  /** The amount before it was rounded. */
  readonly exactAmount: string;
  /** The price for people, e.g. `0.002 USD`, or `0.05 to 0.1 USD by tier`. */
  readonly unitPriceText: string;
  readonly tiers: readonly RatedLineTier[];
}

export interface RatedLineTier {
  readonly fromUnit: string;
  readonly toUnit: string | null;
  readonly units: string;
  readonly unitPrice: string;
  readonly flatFee: string;
  readonly amount: string;
}

/**
 * Prices one invoice line.
 * @throws DomainError `negative_quantity`, `unknown_currency`
 */
export function rateToLine(input: { model: PriceModel; quantity: Decimal; currency: string }): RatedLine {
  const currency = parseCurrency(input.currency);
  const rated = rate(input.model, input.quantity);
  return {
    amountInMinorUnits: rated.amount.toMinorUnits(currencyExponent(currency), LINE_ROUNDING),
    exactAmount: rated.amount.toString(),
    unitPriceText: unitPriceText(input.model, rated, currency),
    tiers: rated.tiers.map(textOf),
  };
}

function textOf(tier: RatedTier): RatedLineTier {
  return {
    fromUnit: tier.fromUnit.toString(),
    toUnit: tier.toUnit === null ? null : tier.toUnit.toString(),
    units: tier.units.toString(),
    unitPrice: tier.unitPrice.toString(),
    flatFee: tier.flatFee.toString(),
    amount: tier.amount.toString(),
  };
}

function unitPriceText(model: PriceModel, rated: RatedAmount, currency: string): string {
  // A line of zero units has no tier; it shows what the first unit would have cost.
  const priced = rated.tiers.length === 0 ? rate(model, Decimal.ONE) : rated;
  const [first = Decimal.ZERO, ...others] = priced.tiers.map((tier) => tier.unitPrice);
  const [lowest, highest] = [Decimal.min(first, ...others), Decimal.max(first, ...others)];
  const flatFees = rated.tiers.reduce((sum, tier) => sum.plus(tier.flatFee), Decimal.ZERO);
  const price = lowest.equals(highest) ? `${lowest} ${currency}` : `${lowest} to ${highest} ${currency} by tier`;
  return flatFees.isZero() ? price : `${price}, plus ${flatFees} ${currency} flat`;
}
