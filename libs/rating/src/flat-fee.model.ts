import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import type { PriceTerms } from './price-terms.js';
import { feeTier, type RatedTier } from './rated-amount.js';

/** An amount for each billing period, however much is used. */
export interface FlatFeePrice extends PriceTerms {
  readonly model: 'flat_fee';
  readonly amount: string;
  /** Due in periods with usage beyond the free units only. */
  readonly onlyWhenUsed?: boolean;
  /** Whether a shorter period owes its share by days. */
  readonly isProrated?: boolean;
}

export function readFlatFee(fields: FieldReader): FlatFeePrice {
  const [onlyWhenUsed, isProrated] = [fields.optionalFlag('onlyWhenUsed'), fields.optionalFlag('isProrated')];
  if (onlyWhenUsed !== true && fields.has('freeUnits')) fields.refuse('freeUnits', 'fee_without_usage', 'goes with onlyWhenUsed: the fee is due without any usage');
  return { model: 'flat_fee', amount: fields.amount('amount'), ...(onlyWhenUsed === undefined ? {} : { onlyWhenUsed }), ...(isProrated === undefined ? {} : { isProrated }) };
}

/** @param total all units of the period */
export function rateFlatFee({ amount, onlyWhenUsed = false, freeUnits = '0' }: FlatFeePrice, total: Fraction): RatedTier[] {
  const isDue = !onlyWhenUsed || total.compare(Fraction.parse(freeUnits)) > 0;
  return isDue ? [feeTier('fee', 'flat fee', Fraction.parse(amount))] : [];
}
