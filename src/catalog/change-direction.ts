import { Fraction, type BillingPeriod } from '@tollkeeper/kernel';
import type { ChangeDirection } from './assignment-change.entity.js';
import type { Plan } from './plan.entity.js';

/** Of a quarter of a day, so that a month is a twelfth of 365.25 days without a fraction. */
const QUARTER_DAYS_IN_FOUR_YEARS = 4n * 1461n;
const QUARTER_DAYS: Readonly<Record<BillingPeriod['interval'], Fraction>> = {
  day: Fraction.of(4n),
  month: Fraction.of(QUARTER_DAYS_IN_FOUR_YEARS, 48n),
  calendar_month: Fraction.of(QUARTER_DAYS_IN_FOUR_YEARS, 48n),
  year: Fraction.of(QUARTER_DAYS_IN_FOUR_YEARS, 4n),
};

/**
 * Whether a plan is above another: by what it charges for a day whatever is used, its recurring fees or its minimum where that is more. What usage costs cannot be known before
 * it is there.
 */
export function directionOf(from: Plan, to: Plan): ChangeDirection {
  const order = fixedADay(to).compare(fixedADay(from));
  if (order === 0) return 'level';
  return order > 0 ? 'upgrade' : 'downgrade';
}

function fixedADay({ baseFeeAmount, fees, minimumAmount, billingPeriod }: Plan): Fraction {
  const recurring = fees.filter(({ kind }) => kind === 'recurring').reduce((sum, { amount }) => sum + BigInt(amount), baseFeeAmount);
  const fixed = recurring > minimumAmount ? recurring : minimumAmount;
  return Fraction.of(fixed).dividedBy(QUARTER_DAYS[billingPeriod.interval].times(Fraction.of(BigInt(billingPeriod.intervalsCount))));
}
