import { Fraction } from '@tollkeeper/kernel';
import type { FieldReader } from './field-reader.js';
import { rateAlike } from './per-unit.model.js';
import type { PriceTerms } from './price-terms.js';
import { bandsOf, readTiers, type PriceTier } from './price-tiers.js';
import { rateBands, type RatedTier, type UnitSpan } from './rated-amount.js';

export const SEAT_PRORATIONS = ['none', 'period', 'time'] as const;
/**
 * What a seat costs that was not held for a whole period. `none`: all of its price; `period`: in a shorter period its share by days; `time`: by the time it
 * was held, so that the seats charged are the average over the period, and in a shorter period their share by days too.
 */
export type SeatProration = (typeof SEAT_PRORATIONS)[number];

/** Seats, at one price or by tiers. Free units are seats that are included. */
export type PerSeatPrice = PriceTerms & { readonly model: 'per_seat'; readonly proration: SeatProration } & (
    | { readonly seatPrice: string }
    /** Each seat costs what its tier says. */
    | { readonly tiers: readonly PriceTier[] }
  );

export function readPerSeat(fields: FieldReader): PerSeatPrice {
  const proration = fields.optionalChoice('proration', SEAT_PRORATIONS) ?? 'none';
  if (proration === 'time' && fields.has('usage')) fields.refuse('usage', 'usage_is_time', 'does not go with proration time, which reads how long seats were held');
  if (!fields.has('tiers')) return { model: 'per_seat', seatPrice: fields.amount('seatPrice'), proration };
  if (fields.has('seatPrice')) fields.refuse('seatPrice', 'two_prices', 'does not go with tiers; send one of them');
  return { model: 'per_seat', tiers: readTiers(fields), proration };
}

/** @param seats of the period, where they are prorated by time the average of it */
export function rateSeats(price: PerSeatPrice, seats: UnitSpan): RatedTier[] {
  return 'tiers' in price ? rateBands(bandsOf(price.tiers, undefined), seats) : rateAlike(Fraction.parse(price.seatPrice), seats);
}
