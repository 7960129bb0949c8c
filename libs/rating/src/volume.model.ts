import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { readPartialPackages } from './graduated.model.js';
import type { PriceTerms } from './price-terms.js';
import { bandsOf, readTiers, type PartialPackages, type PriceTier } from './price-tiers.js';
import { tierOf, type RatedTier, type UnitSpan } from './rated-amount.js';

/** All units cost what the tier says that the period's last unit falls into: a larger period can cost less than a smaller one. */
export interface VolumePrice extends PriceTerms {
  readonly model: 'volume';
  readonly tiers: readonly PriceTier[];
  /** Of tiers that sell packages; whole where it is left out. */
  readonly partialPackages?: PartialPackages;
}

export function readVolume(fields: FieldReader): VolumePrice {
  return { model: 'volume', tiers: readTiers(fields), ...readPartialPackages(fields) };
}

/** The whole period decides the tier, also for the part of it before another version of the price. The tier's flat fee is due with the first unit. */
export function rateVolume({ tiers, partialPackages }: VolumePrice, { from, to, total }: UnitSpan): RatedTier[] {
  if (from.equals(to)) return [];
  const bands = bandsOf(tiers, partialPackages);
  const position = bands.findIndex(({ upTo }) => upTo === null || total.compare(upTo) <= 0);
  const { upTo, price } = bands[position]!;
  const fromUnit = bands[position - 1]?.upTo ?? Fraction.ZERO;
  const fees = (from.isZero() ? 1n : 0n) - (to.isZero() ? 1n : 0n);
  return [tierOf({ fromUnit, toUnit: upTo, price, span: { from, to }, flatFee: price.flatFee.times(Fraction.of(fees)) })];
}
