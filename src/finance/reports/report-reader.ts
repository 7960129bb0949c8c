import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';

/** What every report needs: a place to read from, and the account's clock and calendar. */
@Injectable()
export class ReportReader {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly clock: AccountClock,
  ) {}

  rows<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.database.reader().getConnection().execute<Row[]>(statement, [...parameters]);
  }

  now(accountId: string): Promise<number> {
    return this.clock.now(accountId);
  }

  async timeZone(accountId: string): Promise<string> {
    return (await this.accounts.get(accountId)).timeZone;
  }

  /** How far the account's clock is ahead of the process's. */
  async clockOffset(accountId: string): Promise<number> {
    return (await this.accounts.get(accountId)).clockOffsetInMillis;
  }
}
