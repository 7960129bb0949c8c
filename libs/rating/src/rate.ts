import { DomainError, type Decimal } from '@tollkeeper/kernel';
import { rateGraduated } from './graduated.model.js';
import { ratePerUnit } from './per-unit.model.js';
import type { PriceModel } from './price-model.js';
import type { RatedAmount } from './rated-amount.js';

/**
 * What a quantity costs under a price model: exact, unrounded, in major currency units.
 * @throws DomainError `negative_quantity`: corrections that outweigh usage are for a person to look at, not to bill or to pay out
 */
export function rate(price: PriceModel, quantity: Decimal): RatedAmount {
  if (quantity.isNegative()) {
    throw new DomainError('unprocessable', 'negative_quantity', `A quantity of ${quantity} cannot be priced; check the meter's corrections for the period.`);
  }
  switch (price.model) {
    case 'per_unit':
      return ratePerUnit(price, quantity);
    case 'graduated':
      return rateGraduated(price, quantity);
  }
}
