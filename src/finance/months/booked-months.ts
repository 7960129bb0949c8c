import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';

/** Up to when an account's months are closed. Whoever books holds the row until it commits, so that a month is never closed under an entry. */
@Injectable()
export class BookedMonths {
  constructor(private readonly clock: ProcessClock) {}

  /** By account; epoch milliseconds, 0 where nothing is closed. */
  async closedUntil(tx: Transaction, accountIds: readonly string[]): Promise<Map<string, number>> {
    const read = (): Promise<{ account_id: string; closed_until: string }[]> =>
      sql(tx, 'select account_id, closed_until from finance_setting where account_id = any($1) order by account_id for key share', [accountIds]);
    let rows = await read();
    if (rows.length < accountIds.length) {
      for (const accountId of accountIds.toSorted()) await this.ensure(tx, accountId);
      rows = await read();
    }
    return new Map(rows.map((row) => [row.account_id, Number(row.closed_until)]));
  }

  async ensure(tx: Transaction, accountId: string): Promise<void> {
    await sql(tx, 'insert into finance_setting (account_id, update_time) values ($1, $2) on conflict do nothing', [accountId, this.clock.now()]);
  }

  /** Alone until the transaction ends: nothing is booked meanwhile. */
  async lock(tx: Transaction, accountId: string): Promise<number> {
    await this.ensure(tx, accountId);
    const [row] = await sql<{ closed_until: string }>(tx, 'select closed_until from finance_setting where account_id = $1 for update', [accountId]);
    return Number(row?.closed_until ?? 0);
  }
}
