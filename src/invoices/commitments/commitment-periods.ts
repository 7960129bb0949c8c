import { Injectable } from '@nestjs/common';
import { periodAt, periodContaining, startOfDay, type BillingPeriod } from '@tollkeeper/kernel';
import { assignmentEnd, type AccountToday } from '../../catalog/assignment-days.js';
import { Assignment } from '../../catalog/assignment.entity.js';
import { periodsOf } from '../../catalog/assignment-periods.js';
import { Plan } from '../../catalog/plan.entity.js';
import type { Transaction } from '../../platform/database/database.js';
import { Invoice } from '../invoice.entity.js';
import { endBeforeStart, endsInThePast, noPlan, periodsOfEach, periodsOrEnd, startTooFar } from './commitments.errors.js';
import type { TrueUp } from './commitment.entity.js';

const HALF_DAY_IN_MILLIS = 12 * 3_600_000;
const FURTHEST_START_IN_MILLIS = 3_660 * 24 * 3_600_000;

export interface TermSpan {
  readonly startInMillis: number;
  readonly endInMillis: number;
}

/** When a commitment is to hold, as it is sent. */
export interface WantedTime {
  readonly customerId: string;
  readonly currency: string;
  readonly trueUp: TrueUp | null;
  /** Null: where the running billing period started, or with today. */
  readonly startTimeInMillis: number | null;
  /** One of both. */
  readonly endTimeInMillis: number | null;
  readonly periodCount: number | null;
}

/** From when to when commitments hold: days of the account's zone, and the billing periods of the customer's plan. */
@Injectable()
export class CommitmentPeriods {
  /** @throws DomainError `periods_or_end`, `end_before_start`, `commitment_over`, `start_too_far`, `no_billing_periods` */
  async of(tx: Transaction, accountId: string, wanted: WantedTime, today: AccountToday): Promise<TermSpan[]> {
    const { trueUp, periodCount, endTimeInMillis } = wanted;
    if ((periodCount === null) === (endTimeInMillis === null)) throw periodsOrEnd();
    if (trueUp === 'each_period' && periodCount === null) throw periodsOfEach();
    const startInMillis = await this.#start(tx, accountId, wanted, today);
    const ends = periodCount === null ? [assignmentEnd(endTimeInMillis!, today.timeZone)] : await this.#periodEnds(tx, accountId, { ...wanted, startInMillis, periodCount }, today);
    const last = ends.at(-1)!;
    if (last <= startInMillis) throw endBeforeStart();
    if (last <= today.now) throw endsInThePast(last);
    if (trueUp !== 'each_period') return [{ startInMillis, endInMillis: last }];
    return ends.map((endInMillis, index) => ({ startInMillis: index === 0 ? startInMillis : ends[index - 1]!, endInMillis }));
  }

  async #start(tx: Transaction, accountId: string, { customerId, currency, startTimeInMillis }: WantedTime, { now, timeZone }: AccountToday): Promise<number> {
    if (startTimeInMillis !== null) {
      if (Math.abs(startTimeInMillis - now) > FURTHEST_START_IN_MILLIS) throw startTooFar(startTimeInMillis);
      return startOfDay(startTimeInMillis, timeZone);
    }
    const running = await tx.findOne(Invoice, { accountId, customerId, currency, kind: 'cycle', priceStatus: 'open', periodStartInMillis: { $lte: now }, periodEndInMillis: { $gt: now } }, { orderBy: { periodStartInMillis: 'asc' } });
    return running?.periodStartInMillis ?? startOfDay(now, timeZone);
  }

  /** Of the plan that the customer is on then, or comes to first; a part of a period before the first whole one belongs to it. */
  async #periodEnds(tx: Transaction, accountId: string, { customerId, startInMillis, periodCount }: { customerId: string; startInMillis: number; periodCount: number }, { timeZone }: AccountToday): Promise<number[]> {
    const going = await tx.find(Assignment, { accountId, customerId, $or: [{ endInMillis: null }, { endInMillis: { $gt: startInMillis } }] }, { orderBy: { startInMillis: 'asc', id: 'asc' } });
    const assignment = going.find(({ startInMillis: first, endInMillis }) => endInMillis !== first);
    if (!assignment) throw noPlan(customerId);
    const { billingPeriod } = await tx.findOneOrFail(Plan, { accountId, id: assignment.planId });
    const { anchorInMillis } = periodsOf(assignment);
    const first = firstIndex(billingPeriod, anchorInMillis, startInMillis, timeZone);
    return Array.from({ length: periodCount }, (_, index) => periodAt(billingPeriod, anchorInMillis + HALF_DAY_IN_MILLIS, first + index, timeZone).endInMillis);
  }
}

/** Of the first period that starts then or later. The middle of the day stands for it in whatever zone the account was when it was noted. */
function firstIndex(billingPeriod: BillingPeriod, anchorInMillis: number, startInMillis: number, timeZone: string): number {
  const [anchor, start] = [anchorInMillis + HALF_DAY_IN_MILLIS, startInMillis + HALF_DAY_IN_MILLIS];
  if (start <= anchor) return 0;
  const { index, startInMillis: periodStart } = periodContaining(billingPeriod, anchor, start, timeZone);
  return startOfDay(start, timeZone) <= periodStart ? index : index + 1;
}
