import { currencyExponent, Decimal, Fraction, parseCurrency, type RoundingMode } from '@tollkeeper/kernel';
import type { PriceModel } from './price-model.js';
import { priceText } from './price-text.js';
import { rate } from './rate.js';
import type { RatedAmount, RatedTier, RatedTierKind } from './rated-amount.js';

/** Each invoice line is rounded once, to the currency's minor unit, ties away from zero; nothing before or after it is rounded. */
export const LINE_ROUNDING: RoundingMode = 'half_up';

/** A priced line as it is stored and shown: decimals as canonical text, in major currency units. */
export interface RatedLine {
  /** What the line is a price of; with 12 places where it has been divided. */
  readonly quantity: Decimal;
  readonly amountInMinorUnits: bigint;
  /** The amount before it was rounded; one without a finite decimal with 24 places. */
  readonly exactAmount: string;
  /** The price for people, e.g. `0.002 USD`, or `0.05 to 0.1 USD by tier`. */
  readonly unitPriceText: string;
  readonly tiers: readonly RatedLineTier[];
}

export interface RatedLineTier {
  readonly kind: RatedTierKind;
  /** The row of a matrix, or what a fee or a bound is; null for plain units. */
  readonly label: string | null;
  readonly fromUnit: string;
  readonly toUnit: string | null;
  readonly units: string;
  readonly unitPrice: string;
  /** Null where units are sold one by one. */
  readonly packageSize: string | null;
  readonly packages: string | null;
  readonly flatFee: string;
  /** The part that is charged, such as `10/31`; null where it is all of it. */
  readonly share: string | null;
  readonly amount: string;
}

/**
 * Prices one invoice line of a whole period.
 * @throws DomainError `negative_quantity`, `unknown_currency`
 */
export function rateToLine(input: { model: PriceModel; quantity: Decimal; currency: string }): RatedLine {
  return lineOf(input.model, rate(input.model, input.quantity), input.currency);
}

/**
 * A rated amount as a line: the one place where it is rounded.
 * @throws DomainError `unknown_currency`
 */
export function lineOf(model: PriceModel, rated: RatedAmount, currencyCode: string): RatedLine {
  const currency = parseCurrency(currencyCode);
  return {
    quantity: Decimal.fromFraction(rated.quantity, LINE_ROUNDING),
    amountInMinorUnits: rated.amount.toMinorUnits(currencyExponent(currency), LINE_ROUNDING),
    exactAmount: rated.amount.toString(),
    unitPriceText: priceText(model, rated, currency),
    tiers: rated.tiers.map(textOf),
  };
}

function textOf(tier: RatedTier): RatedLineTier {
  const optional = (value: Fraction | null): string | null => value?.toString() ?? null;
  return {
    kind: tier.kind,
    label: tier.label,
    fromUnit: tier.fromUnit.toString(),
    toUnit: optional(tier.toUnit),
    units: tier.units.toString(),
    unitPrice: tier.unitPrice.toString(),
    packageSize: optional(tier.packageSize),
    packages: optional(tier.packages),
    flatFee: tier.flatFee.toString(),
    share: tier.share.equals(Fraction.ONE) ? null : tier.share.toRatioText(),
    amount: tier.amount.toString(),
  };
}
