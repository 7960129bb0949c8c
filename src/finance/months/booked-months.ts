import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';

/** Up to when an account's months are closed. Whoever books holds the row until it commits, so that a month is never closed under an entry. */
@Injectable()
export class BookedMonths {
  constructor(private readonly clock: ProcessClock) {}

  /** By account; epoch milliseconds, 0 where nothing is closed. */
  async closedUntil(tx: Transaction, accountIds: readonly string[]): Promise<Map<string, number>> {
    const read = (): Promise<{ account_id: string; closed_until: string }[]> =>
      tx.getConnection().execute('select account_id, closed_until from finance_setting where account_id in (select json_array_elements_text(?::json)) order by account_id for key share', [JSON.stringify(accountIds)], 'all', tx.getTransactionContext());
    let rows = await read();
    if (rows.length < accountIds.length) {
      for (const accountId of accountIds.toSorted()) await this.ensure(tx, accountId);
      rows = await read();
    }
    return new Map(rows.map((row) => [row.account_id, Number(row.closed_until)]));
  }

  async ensure(tx: Transaction, accountId: string): Promise<void> {
    await tx.getConnection().execute('insert into finance_setting (account_id, update_time) values (?, ?) on conflict do nothing', [accountId, this.clock.now()], 'run', tx.getTransactionContext());
  }

  /** Alone until the transaction ends: nothing is booked meanwhile. */
  async lock(tx: Transaction, accountId: string): Promise<number> {
    await this.ensure(tx, accountId);
    const [row] = await tx.getConnection().execute<{ closed_until: string }[]>('select closed_until from finance_setting where account_id = ? for update', [accountId], 'all', tx.getTransactionContext());
    return Number(row?.closed_until ?? 0);
  }
}
