import type { FieldReader } from './field-reader.js';
import { readPartialPackages } from './graduated.model.js';
import type { PriceTerms } from './price-terms.js';
import { bandPriceOf, readPackageSize, type PartialPackages } from './price-tiers.js';
import { rateBands, type RatedTier, type UnitSpan } from './rated-amount.js';

/** Units are sold in packages, such as 5 USD for each 1,000. */
export interface PackagePrice extends PriceTerms {
  readonly model: 'package';
  /** Units in a package. */
  readonly packageSize: string;
  readonly packagePrice: string;
  /** What a begun package costs; whole where it is left out. */
  readonly partialPackages?: PartialPackages;
}

export function readPackage(fields: FieldReader): PackagePrice {
  return { model: 'package', packageSize: readPackageSize(fields), packagePrice: fields.amount('packagePrice'), ...readPartialPackages(fields) };
}

export function ratePackage({ packageSize, packagePrice, partialPackages }: PackagePrice, span: UnitSpan): RatedTier[] {
  return rateBands([{ upTo: null, price: bandPriceOf({ packageSize, packagePrice }, partialPackages) }], span);
}
