import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { ACCOUNT_CLOCKS_LOOP } from '../../../accounts/account-clocks.loop.js';
import { AccountClock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Wakeups } from '../../../platform/jobs/wakeups.js';
import { countDue, release, type RunCounts } from './due-invoices.js';
import { HandOverForecasts, type HandOverForecast } from './hand-over-forecast.js';

export interface InvoiceRun extends RunCounts, HandOverForecast {
  readonly asOfInMillis: number;
}

/** Locks what waits for it: the worker does, as it does for accounts that wait for nobody. */
@Injectable()
export class InvoiceRuns {
  constructor(
    private readonly database: Database,
    private readonly clock: AccountClock,
    private readonly wakeups: Wakeups,
    private readonly forecasts: HandOverForecasts,
  ) {}

  /** @param asOf default the account's time */
  async progress(accountId: string, asOf: number | null): Promise<InvoiceRun> {
    const now = await this.clock.now(accountId);
    const counts = await countDue(this.database.reader(), accountId, asOf ?? now, now);
    return { asOfInMillis: asOf ?? now, ...counts, ...(await this.forecasts.of(accountId, asOf ?? now)) };
  }

  /**
   * Lets what waits be locked where its grace was over by then, and tries again what could not be rated. Asked again it goes on.
   * @throws DomainError `as_of_in_the_future`
   */
  async run(accountId: string, asOf: number | null): Promise<InvoiceRun> {
    const now = await this.clock.now(accountId);
    if (asOf !== null && asOf > now) {
      throw invalid('as_of_in_the_future', `The account's time is ${now} (${new Date(now).toISOString()}), and what ends by ${asOf} is not over yet. GET /invoices/due shows what it comes to so far. Is it in milliseconds?`);
    }
    await this.database.transaction(async (tx) => {
      await release(tx, accountId, asOf ?? now, now);
      await this.wakeups.notify(tx, ACCOUNT_CLOCKS_LOOP, accountId);
    });
    return this.progress(accountId, asOf ?? now);
  }
}
