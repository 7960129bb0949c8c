import { Fraction } from '@tollkeeper/kernel';
import { rateCostPlus, readCostPlus, type CostPlusPrice } from './cost-plus.model.js';
import type { FieldReader } from './field-reader.js';
import { rateGraduated, readGraduated, type GraduatedPrice } from './graduated.model.js';
import { ratePackage, readPackage, type PackagePrice } from './package.model.js';
import { ratePerUnit, readPerUnit, type PerUnitPrice } from './per-unit.model.js';
import { ratePercentage, readPercentage, type PercentagePrice } from './percentage.model.js';
import { tierOf, type BandPrice, type RatedTier, type UnitSpan } from './rated-amount.js';
import { rateVolume, readVolume, type VolumePrice } from './volume.model.js';

/** The models that price a number of units by itself: those that stand alone, and as the rows of a matrix. */
export type UnitPrice = PerUnitPrice | GraduatedPrice | VolumePrice | PackagePrice | PercentagePrice | CostPlusPrice;

export const UNIT_PRICE_READERS: { readonly [Name in UnitPrice['model']]: (fields: FieldReader) => Extract<UnitPrice, { model: Name }> } = {
  per_unit: readPerUnit,
  graduated: readGraduated,
  volume: readVolume,
  package: readPackage,
  percentage: readPercentage,
  cost_plus: readCostPlus,
};

export const UNIT_PRICE_NAMES = Object.keys(UNIT_PRICE_READERS) as [UnitPrice['model'], ...UnitPrice['model'][]];

const FREE: BandPrice = { unitPrice: Fraction.ZERO, packageSize: null, isPartial: false, flatFee: Fraction.ZERO };

/** Prices a stretch of units, after the free ones. */
export function rateUnits(price: UnitPrice, span: UnitSpan): RatedTier[] {
  return withoutFree(Fraction.parse(price.freeUnits ?? '0'), span, (paid) => rateModel(price, paid));
}

/** Takes the free units off; what they were and where the others lie is counted from the period's first unit again. */
export function withoutFree(freeUnits: Fraction, span: UnitSpan, ratePaid: (span: UnitSpan) => RatedTier[]): RatedTier[] {
  if (freeUnits.isZero()) return ratePaid(span);
  const paid = (units: Fraction): Fraction => Fraction.max(Fraction.ZERO, units.minus(freeUnits));
  const tiers = ratePaid({ ...span, from: paid(span.from), to: paid(span.to), total: paid(span.total) });
  const shifted = tiers.map((tier) => (tier.kind === 'units' ? { ...tier, fromUnit: tier.fromUnit.plus(freeUnits), toUnit: tier.toUnit?.plus(freeUnits) ?? null } : tier));
  return [...freeTier(freeUnits, span), ...shifted];
}

function freeTier(freeUnits: Fraction, { from, to }: UnitSpan): RatedTier[] {
  const span = { from: Fraction.min(from, freeUnits), to: Fraction.min(to, freeUnits) };
  return span.from.equals(span.to) ? [] : [tierOf({ fromUnit: Fraction.ZERO, toUnit: freeUnits, price: FREE, span, flatFee: FREE.flatFee })];
}

function rateModel(price: UnitPrice, span: UnitSpan): RatedTier[] {
  switch (price.model) {
    case 'per_unit':
      return ratePerUnit(price, span);
    case 'graduated':
      return rateGraduated(price, span);
    case 'volume':
      return rateVolume(price, span);
    case 'package':
      return ratePackage(price, span);
    case 'percentage':
      return ratePercentage(price, span);
    case 'cost_plus':
      return rateCostPlus(price, span);
  }
}
