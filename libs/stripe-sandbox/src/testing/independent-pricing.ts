/**
 * What a line of an invoice comes to by Stripe's words for prices, in whole numbers alone and knowing nothing of whoever else computes it: to be compared with.
 */
export interface PricedLine {
  /** Decimal text with up to 12 places. */
  readonly quantity: string;
  /** `graduated`: each unit costs what its tier says; `volume`: all cost what the tier of the last one says. */
  readonly tiersMode: 'graduated' | 'volume';
  readonly tiers: readonly PricedTier[];
  /** The quantity is divided by it and rounded up first; null: it is left as it is. */
  readonly divideBy: string | null;
}

export interface PricedTier {
  /** Null: without end. */
  readonly upTo: string | null;
  /** Minor units as decimal text with up to 12 places. */
  readonly unitAmountDecimal: string;
  readonly flatAmountDecimal: string;
}

const PLACES = 12;
const ONE = 10n ** BigInt(PLACES);

/** Minor units, rounded half away from zero once for the line. */
export function lineTotal({ quantity, tiersMode, tiers, divideBy }: PricedLine): bigint {
  const given = scaled(quantity);
  const size = divideBy === null ? null : scaled(divideBy);
  const count = size === null ? given : ((given + size - 1n) / size) * ONE;
  const exact = tiersMode === 'volume' ? ofVolume(tiers, count) : ofTiers(tiers, count);
  const half = (ONE * ONE) / 2n;
  return (exact + half) / (ONE * ONE);
}

export function invoiceTotal(lines: readonly PricedLine[]): bigint {
  let total = 0n;
  for (const line of lines) total += lineTotal(line);
  return total;
}

function ofTiers(tiers: readonly PricedTier[], count: bigint): bigint {
  let [sum, reached] = [0n, 0n];
  for (const { upTo, unitAmountDecimal, flatAmountDecimal } of tiers) {
    if (count <= reached) return sum;
    const end = upTo === null || scaled(upTo) > count ? count : scaled(upTo);
    sum += (end - reached) * scaled(unitAmountDecimal) + scaled(flatAmountDecimal) * ONE;
    reached = end;
  }
  return sum;
}

function ofVolume(tiers: readonly PricedTier[], count: bigint): bigint {
  if (count === 0n) return 0n;
  const tier = tiers.find(({ upTo }) => upTo === null || count <= scaled(upTo))!;
  return count * scaled(tier.unitAmountDecimal) + scaled(tier.flatAmountDecimal) * ONE;
}

/** × 10^12. */
function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * ONE + BigInt(fraction.padEnd(PLACES, '0') || '0');
}
