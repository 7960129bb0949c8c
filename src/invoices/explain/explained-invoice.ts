import { currencyExponent, Decimal, Fraction } from '@tollkeeper/kernel';
import type { PriceVersion } from '../../catalog/price-version.entity.js';
import type { DocumentLine, DocumentTier } from '../documents/invoice-document.js';
import type { UsageNeed } from '@tollkeeper/rating';
import type { UsageExplanation } from './usage-explanation.js';

/** A line, down to the days of what it counts. */
export interface ExplainedLine {
  readonly position: number;
  readonly kind: string;
  readonly description: string;
  readonly quantity: string;
  /** The version it was rated by; null on what has no price. */
  readonly price: { readonly priceName: string; readonly version: PriceVersion } | null;
  readonly arithmetic: LineArithmetic;
  /** Null on what counts nothing. */
  readonly usage: (UsageExplanation & { readonly meterApiName: string; readonly need: UsageNeed; readonly startInMillis: number; readonly endInMillis: number }) | null;
}

/**
 * From tiers to the amount, each step with what it has lost: the tiers and `tierRemainder` add up to `exactAmount`, and that and
 * `rounding` to the amount. In major units.
 */
export interface LineArithmetic {
  readonly tiers: readonly DocumentTier[];
  /** Not zero where a part of a tier, such as ten thirty-firsts, has no finite decimal. */
  readonly tierRemainder: string;
  readonly exactAmount: string;
  readonly rounding: string;
  readonly amount: bigint;
}

export function arithmeticOf({ tiers, exactAmount, amount }: Pick<DocumentLine, 'tiers' | 'exactAmount' | 'amount'>, currency: string): LineArithmetic {
  const exact = fractionOf(exactAmount);
  const sum = Fraction.sum(tiers.map((tier) => fractionOf(tier.amount)));
  const rounded = fractionOf(Decimal.fromMinorUnits(amount, currencyExponent(currency)).toString());
  return { tiers, tierRemainder: tiers.length === 0 ? '0' : exact.minus(sum).toString(), exactAmount, rounding: rounded.minus(exact).toString(), amount };
}

/** Text of any number of places, which a `Decimal` would not hold. */
export function fractionOf(decimal: string): Fraction {
  const [whole = '', places = ''] = decimal.split('.');
  return Fraction.of(BigInt(whole + places), 10n ** BigInt(places.length));
}
