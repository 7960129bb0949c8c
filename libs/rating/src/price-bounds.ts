import { Fraction } from '@tollkeeper/kernel';
import type { PriceModel } from './price-model.js';
import { feeTier, type RatedTier } from './rated-amount.js';

/** A segment's charge before its bounds. */
export interface UnboundSegment {
  readonly model: PriceModel;
  /** Its part of a whole billing period. */
  readonly share: Fraction;
  readonly amount: Fraction;
}

/**
 * What minimum and maximum add to or take off each segment. Where all versions of the price have one, it bounds the period as a whole, each version giving its part
 * of it by time, and the last segment carries the difference; otherwise each version that has one bounds its own segment.
 */
export function boundSegments(segments: readonly UnboundSegment[]): RatedTier[][] {
  const minima = boundsOf(segments, 'minimumAmount');
  const raised = differences(segments, minima, (amount, least) => Fraction.max(amount, least));
  const maxima = boundsOf(segments, 'maximumAmount');
  const amounts = segments.map((segment, index) => ({ ...segment, amount: segment.amount.plus(raised[index]!) }));
  const lowered = differences(amounts, maxima, (amount, most) => Fraction.min(amount, most));
  return segments.map((_, index) => [
    ...bound(`up to the minimum of ${shown(minima)}`, raised[index]!),
    ...bound(`down to the maximum of ${shown(maxima)}`, lowered[index]!),
  ]);

  function shown(bounds: readonly (Fraction | null)[]): string {
    const present = bounds.filter((value) => value !== null);
    return (isJoint(bounds) ? Fraction.sum(present) : (present[0] ?? Fraction.ZERO)).toString();
  }
}

function boundsOf(segments: readonly UnboundSegment[], name: 'minimumAmount' | 'maximumAmount'): (Fraction | null)[] {
  return segments.map(({ model, share }) => (model[name] === undefined ? null : Fraction.parse(model[name]).times(share)));
}

function differences(segments: readonly UnboundSegment[], bounds: readonly (Fraction | null)[], apply: (amount: Fraction, limit: Fraction) => Fraction): Fraction[] {
  if (!isJoint(bounds)) return segments.map(({ amount }, index) => difference(amount, bounds[index] ?? null, apply));
  const whole = difference(Fraction.sum(segments.map(({ amount }) => amount)), Fraction.sum(bounds.filter((value) => value !== null)), apply);
  return segments.map((_, index) => (index === segments.length - 1 ? whole : Fraction.ZERO));
}

function difference(amount: Fraction, limit: Fraction | null, apply: (amount: Fraction, limit: Fraction) => Fraction): Fraction {
  return limit === null ? Fraction.ZERO : apply(amount, limit).minus(amount);
}

function isJoint(bounds: readonly (Fraction | null)[]): boolean {
  return bounds.every((value) => value !== null);
}

function bound(label: string, amount: Fraction): RatedTier[] {
  return amount.isZero() ? [] : [feeTier('bound', label, amount)];
}
