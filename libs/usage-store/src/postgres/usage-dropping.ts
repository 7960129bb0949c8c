import type pg from 'pg';
import { identityOf } from '../event-identity.js';
import type { UsageDrop } from '../usage-drop.js';
import type { UsageEvent } from '../usage-event.js';
import { oneTransaction } from './one-transaction.js';

const ROWS_OF_A_BATCH = 5_000;
/** Dropping a partition shuts all of its table for a moment; whoever waits for that waits no longer than so. */
const LONGEST_LOCK_WAIT = '200ms';
const LONGEST_MONTH_IN_MILLIS = 32 * 86_400_000;
/** As `usage_ensure_partition` has it. */
const PARTITIONS_LOCK = 4_803_719_220_117n;

type DroppedEvent = Pick<UsageEvent, 'customerId' | 'meterApiName' | 'eventTimeInMillis' | 'uniqueId' | 'meterValue' | 'dimensions'> & {
  /** As it was first sent, so that its key is computed from it; not what a correction made of it. */
  readonly isAsSent: boolean;
};

/** Takes usage away: events with their keys and what corrections keep of them, daily sums, conflicts, a bounded batch at a time, and months of which nothing is left. */
export class UsageDropping {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** @returns whether there may be more */
  async step(drop: UsageDrop): Promise<boolean> {
    const { accountId, beforeInMillis, heldMeters } = drop;
    for (const partition of await this.#partitions('usage_event', beforeInMillis)) {
      if (await this.#dropWithKeys(accountId, dropEvents(partition), [accountId, beforeInMillis, ROWS_OF_A_BATCH, heldMeters])) return true;
    }
    if (await this.#dropWithKeys(accountId, DROP_REMOVED, [accountId, beforeInMillis, ROWS_OF_A_BATCH])) return true;
    await this.#dropMonths(drop);
    for (const partition of await this.#partitions('usage_rollup', beforeInMillis)) if (await this.#dropRollups(partition, drop)) return true;
    for (const statement of [DROP_CANCELS, DROP_CONFLICTS]) {
      const { rows } = await this.#pool.query<{ count: number }>(statement, [accountId, beforeInMillis, ROWS_OF_A_BATCH]);
      if (rows[0]!.count > 0) return true;
    }
    return false;
  }

  /** Months that end at or before it and hold nothing of anybody any more. One that is needed again is made again. */
  async dropEmptyMonths(beforeInMillis: number): Promise<void> {
    for (const parent of ['usage_event', 'usage_rollup']) {
      for (const partition of await this.#partitions(parent, beforeInMillis)) {
        if (/\d$/.test(partition) && (await this.#isEmpty(this.#pool, partition))) await this.#dropPartition(parent, partition);
      }
    }
  }

  /** An event and its key go together: the one without the other would be counted again, or refused as known. */
  async #dropWithKeys(accountId: string, statement: string, values: unknown[]): Promise<boolean> {
    return oneTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<DroppedEvent>(statement, values);
      if (rows.length === 0) return false;
      const keys = rows.filter(({ isAsSent }) => isAsSent).map((event) => identityOf({ ...event, accountId, ingestTimeInMillis: 0 }).eventKey);
      await client.query('delete from usage_event_key where event_key = any($1::uuid[])', [keys]);
      return true;
    });
  }

  /** Before their days. A month that the instant lies within, as it can after a change of the account's zone, is added up again with its meter. */
  async #dropMonths({ accountId, beforeInMillis }: UsageDrop): Promise<void> {
    await this.#pool.query(
      `with gone as (delete from usage_rollup_month where account_id = $1 and month_start < $2::bigint returning meter_api_name, month_start)
       update usage_rollup_meter as meter set ready = false
       from (select meter_api_name, max(month_start) as month_start from gone group by meter_api_name) as last
       where meter.account_id = $1 and meter.meter_api_name = last.meter_api_name and last.month_start > $2::bigint - ${LONGEST_MONTH_IN_MILLIS}
         and (to_timestamp($2 / 1000.0) at time zone meter.time_zone) <> date_trunc('month', to_timestamp($2 / 1000.0) at time zone meter.time_zone)`,
      [accountId, beforeInMillis],
    );
  }

  async #dropRollups(partition: string, { accountId, beforeInMillis }: UsageDrop): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `delete from ${partition} where ctid = any(array(select ctid from ${partition} where account_id = $1 and day_start < $2 limit $3))`,
      [accountId, beforeInMillis, ROWS_OF_A_BATCH],
    );
    return (rowCount ?? 0) > 0;
  }

  /** Those that may hold something from before the instant, oldest first. Their names say their month. */
  async #partitions(parent: string, beforeInMillis: number): Promise<string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      `select child.relname as name from pg_inherits join pg_class as child on child.oid = inhrelid where inhparent = to_regclass($1) order by child.relname`,
      [parent],
    );
    const { length } = `${parent}_`;
    return rows.map(({ name }) => name).filter((name) => startOf(name.slice(length)) < beforeInMillis);
  }

  async #isEmpty(client: pg.Pool | pg.PoolClient, partition: string): Promise<boolean> {
    const { rows } = await client.query<{ isEmpty: boolean }>(`select not exists (select from ${partition}) as "isEmpty"`);
    return rows[0]!.isEmpty;
  }

  async #dropPartition(parent: string, partition: string): Promise<void> {
    try {
      await oneTransaction(this.#pool, async (client) => {
        await client.query(`set local lock_timeout = '${LONGEST_LOCK_WAIT}'`);
        await client.query('select pg_advisory_xact_lock($1)', [PARTITIONS_LOCK.toString()]);
        // In the order of those who write: the table, then its part.
        await client.query(`lock table only ${parent} in access exclusive mode`);
        await client.query(`lock table ${partition} in access exclusive mode`);
        // Somebody may have written to it just now.
        if (await this.#isEmpty(client, partition)) await client.query(`drop table ${partition}`);
      });
    } catch (error) {
      // Somebody reads or writes and does not pause: another time.
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

const AS_DROPPED = `customer_id as "customerId", meter_api_name as "meterApiName", event_time::double precision as "eventTimeInMillis", unique_id as "uniqueId",
              trim_scale(meter_value)::text as "meterValue", dimensions`;

/** `$1` account, `$2` before, `$3` rows, `$4` meters whose last values hold. Found by place: there is no index that names an event. */
function dropEvents(partition: string): string {
  return `
    delete from ${partition} where ctid = any(array(
      select event.ctid from ${partition} as event
      where event.account_id = $1 and event.event_time < $2::bigint and not (
        event.meter_api_name = any($4::text[]) and not exists (
          select from usage_event as later
          where later.account_id = event.account_id and later.meter_api_name = event.meter_api_name and later.customer_id = event.customer_id and later.dimensions = event.dimensions
            and later.event_time < $2::bigint and later.event_time >= event.event_time and (later.event_time, later.sequence) > (event.event_time, event.sequence)))
      limit $3))
    returning ${AS_DROPPED}, not exists (select from usage_event_removed as removed where removed.account_id = ${partition}.account_id and removed.sequence = ${partition}.sequence) as "isAsSent"`;
}

/** All versions of events that lie before the instant in each of them; parameters as above. */
const DROP_REMOVED = `
  delete from usage_event_removed where (account_id, sequence) in (
    select account_id, sequence from usage_event_removed as first
    where account_id = $1 and version = 1 and event_time < $2::bigint and not exists (
      select from usage_event_removed as later
      where later.account_id = first.account_id and later.sequence = first.sequence and (later.event_time >= $2::bigint or later.next_event_time >= $2::bigint))
    limit $3)
  returning ${AS_DROPPED}, version = 1 as "isAsSent"`;

/** With the keys that cancels hold for events which never came. */
const DROP_CANCELS = `
  with gone as (
    delete from usage_cancel where event_key in (select event_key from usage_cancel where account_id = $1 and event_time < $2::bigint limit $3)
    returning event_key
  ),
  keys as (
    delete from usage_event_key as known using gone where known.event_key = gone.event_key and known.payload_hash is null
  )
  select count(*)::integer as count from gone`;

const DROP_CONFLICTS = `
  with gone as (
    delete from usage_conflict where sequence in (
      select sequence from usage_conflict where account_id = $1 and (payload ->> 'meterTimeInMillis')::bigint < $2::bigint limit $3)
    returning sequence
  )
  select count(*)::integer as count from gone`;

/** Of what comes before all months, the beginning of time; of what comes after them, its end. */
function startOf(suffix: string): number {
  const [, year, month] = /^(\d{4})_(\d{2})$/.exec(suffix) ?? [];
  if (year === undefined) return suffix === 'before' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Date.UTC(Number(year), Number(month) - 1, 1);
}
