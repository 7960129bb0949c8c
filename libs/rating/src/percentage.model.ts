import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { rateAlike } from './per-unit.model.js';
import type { PriceTerms } from './price-terms.js';
import { feeTier, type RatedTier, type UnitSpan } from './rated-amount.js';

/** A part of the value that the meter adds up, such as 2.9 % of what went through, in the price's currency, and a fee for each event. */
export interface PercentagePrice extends PriceTerms {
  readonly model: 'percentage';
  readonly percent: string;
  /** For each event beside its part of the value, such as 0.30 for each payment. */
  readonly feePerEvent?: string;
}

const PERCENT = Fraction.of(1n, 100n);

export function readPercentage(fields: FieldReader): PercentagePrice {
  return { model: 'percentage', percent: fields.amount('percent'), ...readFeePerEvent(fields) };
}

export function ratePercentage({ percent, feePerEvent }: PercentagePrice, span: UnitSpan): RatedTier[] {
  return [...rateAlike(Fraction.parse(percent).times(PERCENT), span), ...rateEvents(feePerEvent, span)];
}

export function readFeePerEvent(fields: FieldReader): { feePerEvent?: string } {
  const feePerEvent = fields.optionalAmount('feePerEvent');
  return feePerEvent === undefined ? {} : { feePerEvent };
}

export function rateEvents(feePerEvent: string | undefined, { events }: UnitSpan): RatedTier[] {
  if (feePerEvent === undefined || events.isZero()) return [];
  const unitPrice = Fraction.parse(feePerEvent);
  return [{ ...feeTier('event', 'for each event', Fraction.ZERO), units: events, unitPrice, amount: events.times(unitPrice) }];
}
