import { currencyExponent, Decimal, Fraction } from '@tollkeeper/kernel';
import { exchangedExactly } from '../../charges/exchanged-charges.js';
import type { Exchange } from '../../charges/rated-charges.js';
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
  /** Of what was agreed with the customer, where the line was rated by it. */
  readonly priceOverrideId: string | null;
  readonly arithmetic: LineArithmetic;
  /** Null on what counts nothing. */
  readonly usage: (UsageExplanation & { readonly meterApiName: string; readonly need: UsageNeed; readonly startInMillis: number; readonly endInMillis: number }) | null;
}

/**
 * From tiers to the amount, each step with what it has lost: the tiers and `tierRemainder` add up to `exactAmount`, that at the rate of exchange and
 * `rounding` to the amount before deductions, and that less these to the amount. In major units.
 */
export interface LineArithmetic {
  readonly tiers: readonly DocumentTier[];
  /** Not zero where a part of a tier, such as ten thirty-firsts, has no finite decimal. */
  readonly tierRemainder: string;
  readonly exactAmount: string;
  /** The exact amount at the invoice's rate of exchange; the same where there is none. */
  readonly exchangedAmount: string;
  readonly rounding: string;
  readonly deductions: DocumentLine['deductions'];
  readonly amount: bigint;
}

export function arithmeticOf({ tiers, exactAmount, deductions, amount }: Pick<DocumentLine, 'tiers' | 'exactAmount' | 'deductions' | 'amount'>, currency: string, exchange: Exchange | null): LineArithmetic {
  const exact = Fraction.parse(exactAmount);
  const exchanged = exchangedExactly(exactAmount, exchange);
  const sum = Fraction.sum(tiers.map((tier) => Fraction.parse(tier.amount)));
  const undeducted = deductions.reduce((before, deduction) => before + deduction.amount, amount);
  const rounded = Fraction.parse(Decimal.fromMinorUnits(undeducted, currencyExponent(currency)).toString());
  return { tiers, tierRemainder: tiers.length === 0 ? '0' : exact.minus(sum).toString(), exactAmount, exchangedAmount: exchanged.toString(), rounding: rounded.minus(exchanged).toString(), deductions, amount };
}

