import { Decimal, ExactDecimal } from '@tollkeeper/kernel';

/** What a quantity costs, exactly and in major currency units, and how it came about. The tiers' amounts add up to the amount. */
export interface RatedAmount {
  readonly amount: ExactDecimal;
  /** The tiers that units fell into, in order; none for a quantity of zero. */
  readonly tiers: readonly RatedTier[];
}

export interface RatedTier {
  /** The tier's units begin after this one. */
  readonly fromUnit: Decimal;
  /** The tier's last unit; null when it is open. */
  readonly toUnit: Decimal | null;
  /** How many units fell into the tier. */
  readonly units: Decimal;
  readonly unitPrice: Decimal;
  readonly flatFee: Decimal;
  /** Units × unit price + flat fee. */
  readonly amount: ExactDecimal;
}

/** A stretch of units at one price; bands follow each other without gap, and only the last one is open. */
export interface PriceBand {
  readonly upTo: Decimal | null;
  readonly unitPrice: Decimal;
  readonly flatFee: Decimal;
}

export function rateBands(bands: readonly PriceBand[], quantity: Decimal): RatedAmount {
  const tiers: RatedTier[] = [];
  let amount = ExactDecimal.ZERO;
  let fromUnit = Decimal.ZERO;
  for (const { upTo, unitPrice, flatFee } of bands) {
    if (quantity.compare(fromUnit) <= 0) {
      break;
    }
    const units = (upTo === null ? quantity : Decimal.min(quantity, upTo)).minus(fromUnit);
    const tierAmount = units.timesExact(unitPrice).plus(flatFee.toExact());
    tiers.push({ fromUnit, toUnit: upTo, units, unitPrice, flatFee, amount: tierAmount });
    amount = amount.plus(tierAmount);
    fromUnit = upTo ?? quantity;
  }
  return { amount, tiers };
}
