import type pg from 'pg';
import type { UsageWatermark } from '../usage-query.js';

/** Events of one look, unless a single transaction holds more: after an import or an outage millions may wait to be looked at, and none of them should cost more memory than others. */
const MOST_EVENTS = 50_000;

/** Reads no more than it may count. `$1` and `$2` as in the statements that follow, `$3` at most so many. */
const IS_BEYOND = `
  select count(*) > $3::integer as "isBeyond" from (
    (select 1 from usage_event where transaction_id >= $1::bigint and transaction_id < $2::bigint limit $3::integer + 1)
    union all
    (select 1 from usage_event_removed where removed_at >= $1::bigint and removed_at < $2::bigint limit $3::integer + 1)
    union all
    (select 1 from usage_conflict where transaction_id >= $1::bigint and transaction_id < $2::bigint limit $3::integer + 1)
  ) as event`;

/** @returns `end`, or an earlier position before which there is little enough to be looked at in one go, and always something after `from` */
export async function boundedSpan(pool: pg.Pool, from: UsageWatermark, end: UsageWatermark, most = MOST_EVENTS): Promise<UsageWatermark> {
  const start = BigInt(from);
  let upTo = BigInt(end);
  while (upTo > start + 1n) {
    const { rows } = await pool.query<{ isBeyond: boolean }>(IS_BEYOND, [from, upTo.toString(), most]);
    if (!rows[0]!.isBeyond) break;
    upTo = start + (upTo - start) / 2n;
  }
  return upTo.toString();
}
