import { Injectable } from '@nestjs/common';
import { invalid, startOfDay } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';

const DAY_IN_MILLIS = 86_400_000;
// Inside the following day wherever this one has 23 to 25 hours.
const INTO_NEXT_DAY_IN_MILLIS = 36 * 3_600_000;
// A year back covers moving customers over with their history; a mistaken unit would otherwise open hundreds of invoices at once.
const FURTHEST_START_BACK_IN_DAYS = 366;
const FURTHEST_START_AHEAD_IN_DAYS = 3_660;

/** The account's time and zone. Assignments turn at the zone's midnight, so that days and periods belong to one plan. */
export interface AccountToday {
  readonly now: number;
  readonly timeZone: string;
}

@Injectable()
export class AssignmentDays {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly clock: ProcessClock,
  ) {}

  today(accountId: string): Promise<AccountToday> {
    return this.todayIn(this.database.reader(), accountId);
  }

  /** On the caller's connection: as many transactions as there are connections, each waiting for one more, would wait for ever. */
  async todayIn(tx: Transaction, accountId: string): Promise<AccountToday> {
    const account = await this.accounts.getIn(tx, accountId);
    return { now: this.clock.now() + account.clockOffsetInMillis, timeZone: account.timeZone };
  }
}

/**
 * The start of the day that holds the instant.
 * @throws DomainError `start_too_far`
 */
export function assignmentStart(instant: number, { now, timeZone }: AccountToday): number {
  if (instant < now - FURTHEST_START_BACK_IN_DAYS * DAY_IN_MILLIS || instant > now + FURTHEST_START_AHEAD_IN_DAYS * DAY_IN_MILLIS) {
    throw invalid(
      'start_too_far',
      `startTimeInMillis ${instant} is too far from the account's time ${now}: an assignment starts up to ${FURTHEST_START_BACK_IN_DAYS} days back and ` +
        `${FURTHEST_START_AHEAD_IN_DAYS} days ahead. Is it in milliseconds?`,
    );
  }
  return startOfDay(instant, timeZone);
}

/** The end of the day that holds the instant, so that no usage of that day is left without a plan; a start of a day stands for itself. */
export function assignmentEnd(instant: number, timeZone: string): number {
  const start = startOfDay(instant, timeZone);
  return start === instant ? instant : startOfDay(start + INTO_NEXT_DAY_IN_MILLIS, timeZone);
}
