import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import type { PriceTerms } from './price-terms.js';
import { rateBands, type RatedTier, type UnitSpan } from './rated-amount.js';

/** Every unit costs the same. */
export interface PerUnitPrice extends PriceTerms {
  readonly model: 'per_unit';
  readonly unitPrice: string;
}

export function readPerUnit(fields: FieldReader): PerUnitPrice {
  return { model: 'per_unit', unitPrice: fields.amount('unitPrice') };
}

export function ratePerUnit({ unitPrice }: PerUnitPrice, span: UnitSpan): RatedTier[] {
  return rateAlike(Fraction.parse(unitPrice), span);
}

/** All units at one price. */
export function rateAlike(unitPrice: Fraction, span: UnitSpan): RatedTier[] {
  return rateBands([{ upTo: null, price: { unitPrice, packageSize: null, isPartial: false, flatFee: Fraction.ZERO } }], span);
}
