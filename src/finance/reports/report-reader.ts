import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';

/** What every report needs: a place to read from, and the account's clock and calendar. */
@Injectable()
export class ReportReader {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly clock: AccountClock,
  ) {}

  rows<Row extends object>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    return sql<Row>(this.database.reader(), statement, values);
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
