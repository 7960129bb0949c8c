import type { FieldReader } from './field-reader.js';
import type { PriceTerms } from './price-terms.js';
import { bandsOf, PARTIAL_PACKAGES, readTiers, type PartialPackages, type PriceTier } from './price-tiers.js';
import { rateBands, type RatedTier, type UnitSpan } from './rated-amount.js';

/** Each unit costs what its tier says: units up to the first bound the first price, the next ones the second, and so on. */
export interface GraduatedPrice extends PriceTerms {
  readonly model: 'graduated';
  readonly tiers: readonly PriceTier[];
  /** Of tiers that sell packages; whole where it is left out. */
  readonly partialPackages?: PartialPackages;
}

export function readGraduated(fields: FieldReader): GraduatedPrice {
  return { model: 'graduated', tiers: readTiers(fields), ...readPartialPackages(fields) };
}

export function rateGraduated({ tiers, partialPackages }: GraduatedPrice, span: UnitSpan): RatedTier[] {
  return rateBands(bandsOf(tiers, partialPackages), span);
}

export function readPartialPackages(fields: FieldReader): { partialPackages?: PartialPackages } {
  const partialPackages = fields.optionalChoice('partialPackages', PARTIAL_PACKAGES);
  return partialPackages === undefined ? {} : { partialPackages };
}
