import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { MoneyOwner } from './provider-money.store.js';

export interface MoneyCursor {
  readonly step: 'payouts' | 'movements' | 'contents';
  readonly payoutsFrom: number;
  readonly payoutsToken: string | null;
  readonly movementsFrom: number;
  readonly movementsToken: string | null;
}

const HOUR_IN_MILLIS = 3_600_000;
const DAY_IN_MILLIS = 24 * HOUR_IN_MILLIS;
/** A payout that arrived can still be sent back by the bank, within five working days (docs.stripe.com/payouts). */
const PAYOUTS_OVERLAP_IN_MILLIS = 10 * DAY_IN_MILLIS;
/** What is listed late. */
const MOVEMENTS_OVERLAP_IN_MILLIS = HOUR_IN_MILLIS;
/** Before the connection there is nothing of ours, give or take a clock. */
const BEFORE_THE_CONNECTION_IN_MILLIS = DAY_IN_MILLIS;
const PAUSE_IN_MILLIS = 10 * 60_000;
const PAUSE_AFTER_TROUBLE_IN_MILLIS = 60_000;
/** A permission does not come by itself. */
const PAUSE_WITHOUT_PERMISSION_IN_MILLIS = 6 * HOUR_IN_MILLIS;

/** How far each connection's money is read: first payouts, then movements, then what is in each payout; then it rests. Times of objects are the provider's. */
@Injectable()
export class MoneyCursors {
  constructor(
    private readonly database: Database,
    private readonly clock: ProcessClock,
  ) {}

  /** Of these connections, those whose turn it is, longest waiting first; those that were never read before all others. */
  async due(connectionIds: readonly string[], limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database.reader(),
      'select id from unnest($1::text[]) as given (id) left join provider_money_cursor c on c.connection_id = id where coalesce(c.due_time, 0) <= $2 order by coalesce(c.due_time, 0), id limit $3',
      [connectionIds, this.clock.now(), limit],
    );
    return rows.map(({ id }) => id);
  }

  async get({ id, accountId }: MoneyOwner): Promise<MoneyCursor> {
    const [row] = await this.database.transaction((tx) =>
      sql<Record<'payouts_from' | 'movements_from', string> & Record<'payouts_token' | 'movements_token', string | null> & Pick<MoneyCursor, 'step'>>(
        tx,
        `with made as (
           insert into provider_money_cursor (connection_id, account_id, payouts_from, payouts_newest, movements_from, movements_newest, step, due_time)
           select $1, $2, create_time - $3::bigint, create_time - $3::bigint, create_time - $3::bigint, create_time - $3::bigint, 'payouts', 0 from payment_connection where id = $1
           on conflict (connection_id) do update set connection_id = excluded.connection_id
           returning step, payouts_from, payouts_token, movements_from, movements_token)
         select * from made`,
        [id, accountId, BEFORE_THE_CONNECTION_IN_MILLIS],
      ),
    );
    return { step: row!.step, payoutsFrom: Number(row!.payouts_from), payoutsToken: row!.payouts_token, movementsFrom: Number(row!.movements_from), movementsToken: row!.movements_token };
  }

  /** A walk that is through begins the next time at the newest it has seen, less the overlap. */
  async payoutsRead(tx: Transaction, { id }: MoneyOwner, newest: number, nextToken: string | null): Promise<void> {
    await sql(
      tx,
      `update provider_money_cursor set payouts_token = $3, payouts_newest = greatest(payouts_newest, $2::bigint),
         payouts_from = case when $3::text is null then greatest(payouts_from, greatest(payouts_newest, $2::bigint) - $4::bigint) else payouts_from end,
         step = case when $3::text is null then 'movements' else 'payouts' end where connection_id = $1`,
      [id, newest, nextToken, PAYOUTS_OVERLAP_IN_MILLIS],
    );
  }

  async movementsRead(tx: Transaction, { id }: MoneyOwner, newest: number, nextToken: string | null): Promise<void> {
    await sql(
      tx,
      `update provider_money_cursor set movements_token = $3, movements_newest = greatest(movements_newest, $2::bigint),
         movements_from = case when $3::text is null then greatest(movements_from, greatest(movements_newest, $2::bigint) - $4::bigint) else movements_from end,
         step = case when $3::text is null then 'contents' else 'movements' end where connection_id = $1`,
      [id, newest, nextToken, MOVEMENTS_OVERLAP_IN_MILLIS],
    );
  }

  async finished(tx: Transaction, { id }: MoneyOwner): Promise<void> {
    const now = this.clock.now();
    await sql(tx, `update provider_money_cursor set step = 'payouts', read_time = $2, due_time = $3, failure = null where connection_id = $1`, [id, now, now + PAUSE_IN_MILLIS]);
  }

  /** Goes on from where it stopped; a token that has gone stale is forgotten with the walk it belongs to. */
  async failed({ id }: MoneyOwner, message: string, isLasting: boolean): Promise<void> {
    const due = this.clock.now() + (isLasting ? PAUSE_WITHOUT_PERMISSION_IN_MILLIS : PAUSE_AFTER_TROUBLE_IN_MILLIS);
    await this.database.transaction((tx) =>
      sql(tx, `update provider_money_cursor set failure = $2, due_time = $3, payouts_token = case when $4 then null else payouts_token end, movements_token = case when $4 then null else movements_token end where connection_id = $1`, [id, message, due, isLasting]),
    );
  }
}
