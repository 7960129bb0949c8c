import { Decimal } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { rateBands } from './rated-amount.js';
import type { RatedAmount } from './rated-amount.js';

/** Every unit costs the same, after the free ones. */
export interface PerUnitPrice {
  readonly model: 'per_unit';
  readonly unitPrice: string;
  /** Units of each billing period that cost nothing. */
  readonly freeUnits?: string;
}

export function readPerUnit(fields: FieldReader): PerUnitPrice {
  const unitPrice = fields.amount('unitPrice');
  const freeUnits = fields.optionalAmount('freeUnits');
  return freeUnits === undefined ? { model: 'per_unit', unitPrice } : { model: 'per_unit', unitPrice, freeUnits };
}

export function ratePerUnit(price: PerUnitPrice, quantity: Decimal): RatedAmount {
  const freeUnits = Decimal.parse(price.freeUnits ?? '0');
  const paid = { upTo: null, unitPrice: Decimal.parse(price.unitPrice), flatFee: Decimal.ZERO };
  const free = { upTo: freeUnits, unitPrice: Decimal.ZERO, flatFee: Decimal.ZERO };
  return rateBands(freeUnits.isZero() ? [paid] : [free, paid], quantity);
}
