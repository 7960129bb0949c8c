import { Decimal, DomainError, Fraction } from '@tollkeeper/kernel';
import { rateMatrix, type DimensionSpan } from './dimension-matrix.model.js';
import { rateFlatFee } from './flat-fee.model.js';
import { boundSegments } from './price-bounds.js';
import { rateSeats, type PerSeatPrice } from './per-seat.model.js';
import type { PriceModel } from './price-model.js';
import { amountOf, feeTier, shareOf, type RatedAmount, type RatedTier, type UnitSpan } from './rated-amount.js';
import { rateUnits, withoutFree } from './unit-price.js';

/** What was used in a stretch of a billing period, of one combination of dimensions where the price asks for them. */
export interface UsageSpan {
  /** A value for each dimension that `usageNeedOf` groups by; none where it groups by none. */
  readonly values: readonly string[];
  /** Used in the period before the stretch. */
  readonly before: Decimal;
  readonly within: Decimal;
  /** Used in the whole period. */
  readonly total: Decimal;
  /** Events of the stretch, where the price counts them. */
  readonly events?: Decimal;
}

/** A stretch of a billing period under one version of a price; the stretches follow each other and make up the period. */
export interface PriceSegment {
  readonly model: PriceModel;
  readonly usage: readonly UsageSpan[];
  /** Its part of the billed period; those of all segments add up to one. */
  readonly weight: Fraction;
  /** The usage is one level of the whole period, such as its maximum, of which each version has its part by time. */
  readonly isLevel: boolean;
}

/** The billed period beside a whole one of the plan, which it is shorter than where an assignment begins or ends in it. */
export interface BilledPeriod {
  /** Its part of a whole period, by days. */
  readonly share: Fraction;
  readonly hours: Fraction;
}

export const WHOLE_PERIOD: BilledPeriod = { share: Fraction.ONE, hours: Fraction.ONE };

/**
 * What a quantity of a whole period costs under a price model: exact, unrounded, in major currency units.
 * @throws DomainError `negative_quantity`
 */
export function rate(model: PriceModel, quantity: Decimal): RatedAmount {
  const usage = [{ values: [], before: Decimal.ZERO, within: quantity, total: quantity }];
  return rateSegments([{ model, usage, weight: Fraction.ONE, isLevel: false }], WHOLE_PERIOD)[0]!;
}

/**
 * What a period costs whose price changed in it: an amount for each segment. Units are counted through the whole period, so that tiers and free units go on
 * where the segment before left them; with versions that are alike the amounts add up to what one version costs.
 * @throws DomainError `negative_quantity`: corrections that outweigh usage are for a person to look at, not to bill or to pay out
 */
export function rateSegments(segments: readonly PriceSegment[], period: BilledPeriod): RatedAmount[] {
  const rated = segments.map((segment) => {
    const spans = segment.usage.map(spanOf);
    return { tiers: [...rateBase(segment), ...rateSegment(segment, spans, period)], quantity: quantityOf(segment.model, spans, period) };
  });
  const terms = segments.map(({ model, weight }, index) => ({ model, share: weight.times(period.share), amount: amountOf(rated[index]!.tiers) }));
  return boundSegments(terms).map((bounds, index) => {
    const tiers = [...rated[index]!.tiers, ...bounds];
    return { amount: amountOf(tiers), quantity: rated[index]!.quantity, tiers };
  });
}

function rateBase({ model, weight }: PriceSegment): RatedTier[] {
  return model.baseAmount === undefined ? [] : [shareOf(feeTier('fee', 'base amount', Fraction.parse(model.baseAmount)), weight)];
}

function rateSegment({ model, weight, isLevel }: PriceSegment, spans: readonly DimensionSpan[], period: BilledPeriod): RatedTier[] {
  const inTime = (tiers: RatedTier[]): RatedTier[] => (isLevel ? tiers.map((tier) => shareOf(tier, weight)) : tiers);
  switch (model.model) {
    case 'flat_fee':
      return rateFlatFee(model, total(spans)).map((tier) => shareOf(tier, model.isProrated === true ? weight.times(period.share) : weight));
    case 'dimension_matrix':
      return inTime(rateMatrix(model, spans));
    case 'per_seat':
      return inTime(ratePerSeat(model, spans, period));
    default:
      return inTime(spans.flatMap((span) => rateUnits(model, span)));
  }
}

function ratePerSeat(price: PerSeatPrice, spans: readonly UnitSpan[], period: BilledPeriod): RatedTier[] {
  const seats = price.proration === 'time' ? spans.map((span) => averageOf(span, period)) : spans;
  const tiers = seats.flatMap((span) => withoutFree(Fraction.parse(price.freeUnits ?? '0'), span, (paid) => rateSeats(price, paid)));
  return price.proration === 'none' ? tiers : tiers.map((tier) => shareOf(tier, period.share));
}

/** Seat-hours of a stretch as seats of the whole billed period. */
function averageOf({ from, to, total, events }: UnitSpan, { hours }: BilledPeriod): UnitSpan {
  return { from: from.dividedBy(hours), to: to.dividedBy(hours), total: total.dividedBy(hours), events };
}

function quantityOf(model: PriceModel, spans: readonly DimensionSpan[], period: BilledPeriod): Fraction {
  if (model.model === 'flat_fee') return rateFlatFee(model, total(spans)).length === 0 ? Fraction.ZERO : Fraction.ONE;
  const units = Fraction.sum(spans.map(({ from, to }) => to.minus(from)));
  return model.model === 'per_seat' && model.proration === 'time' ? units.dividedBy(period.hours) : units;
}

function total(spans: readonly UnitSpan[]): Fraction {
  return Fraction.sum(spans.map((span) => span.total));
}

function spanOf({ values, before, within, total: whole, events }: UsageSpan): DimensionSpan {
  const after = before.plus(within);
  const negative = [before, after, whole].find((units) => units.isNegative());
  if (negative) {
    throw new DomainError('unprocessable', 'negative_quantity', `A quantity of ${negative} cannot be priced; check the meter's corrections for the period.`);
  }
  return { values, from: before.toFraction(), to: after.toFraction(), total: whole.toFraction(), events: events?.toFraction() ?? Fraction.ZERO };
}
