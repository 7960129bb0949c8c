import type pg from 'pg';
import type { RollupDefinition } from '../usage-rollup.js';
import { dayOf, daysOf, type TimeRange } from './day-cover.js';
import { oneTransaction } from './one-transaction.js';
import { monthOf } from './month-cover.js';
import { ADD_UP_MONTH, AMENDED_QUARTERS, MERGE_DAY, MERGE_FRESH, MERGE_METER, SPANS_OF_FRESH } from './rollup-statements.js';

/** Transactions that one step takes: few while much comes with each of them, more and more while they bring nothing. */
const FEWEST_TRANSACTIONS = 256n;
const MOST_TRANSACTIONS = 1n << 40n;

/** The edition of the time zone rules that days are computed by; rollups made by another one are made anew. */
export const ZONE_RULES = process.versions['tz'] ?? 'unknown';

interface Span {
  readonly time_zone: string;
  readonly zone_rules: string;
  readonly first: string;
  readonly last: string;
}

/** Keeps usage added up by day, up to a position; readers add what has come since. One step is one transaction. */
export class PostgresRollups {
  readonly #pool: pg.Pool;
  #transactions = FEWEST_TRANSACTIONS;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Rollups of another definition are not read any more, and made anew by the next steps. */
  async define({ accountId, meterApiName, dimensions, timeZone }: RollupDefinition): Promise<void> {
    await this.#pool.query(
      `insert into usage_rollup_meter as known (account_id, meter_api_name, dimensions, time_zone, zone_rules) values ($1, $2, $3, $4, $5)
       on conflict (account_id, meter_api_name) do update
       set dimensions = excluded.dimensions, time_zone = excluded.time_zone, zone_rules = excluded.zone_rules, ready = false
       where (known.dimensions, known.time_zone, known.zone_rules) is distinct from (excluded.dimensions, excluded.time_zone, excluded.zone_rules)`,
      [accountId, meterApiName, [...new Set(dimensions)].sort(), timeZone, timeZone === 'UTC' ? '' : ZONE_RULES],
    );
  }

  /** @returns whether there may be more to do at once */
  async step(nowInMillis: number): Promise<boolean> {
    return oneTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<{ folded_to: string; settled: string }>(
        'select folded_to::text, pg_snapshot_xmin(pg_current_snapshot())::text as settled from usage_rollup_state for update',
      );
      return rows[0] !== undefined && (await this.#advance(client, BigInt(rows[0].folded_to), BigInt(rows[0].settled), nowInMillis));
    });
  }

  async #advance(client: pg.PoolClient, foldedTo: bigint, settled: bigint, nowInMillis: number): Promise<boolean> {
    if (foldedTo > settled) return this.#startOver(client, settled);
    return (await this.#buildOne(client, foldedTo.toString(), nowInMillis)) || (await this.#fold(client, foldedTo, settled, nowInMillis));
  }

  /**
   * The position lies ahead of the cluster: a dump was restored in another one, whose transactions count from anew. What it brought is older than everything
   * that comes now, and is added up again.
   */
  async #startOver(client: pg.PoolClient, settled: bigint): Promise<boolean> {
    await client.query('update usage_event set transaction_id = 0 where transaction_id >= $1', [settled.toString()]);
    await client.query('update usage_event_removed set transaction_id = 0, removed_at = 0 where removed_at >= $1', [settled.toString()]);
    await client.query('update usage_rollup_meter set ready = false');
    await client.query('update usage_rollup_state set folded_to = $1', [settled.toString()]);
    return true;
  }

  /** Transactions whose events are not in the rollups yet, at most. */
  async lag(): Promise<bigint> {
    const { rows } = await this.#pool.query<{ lag: string }>('select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - folded_to)::text as lag from usage_rollup_state');
    return BigInt(rows[0]?.lag ?? '0');
  }

  /** Everything of a newly defined meter up to where the others are. */
  async #buildOne(client: pg.PoolClient, foldedTo: string, nowInMillis: number): Promise<boolean> {
    const { rows } = await client.query<{ account_id: string; meter_api_name: string; time_zone: string; zone_rules: string }>(
      'select account_id, meter_api_name, time_zone, zone_rules from usage_rollup_meter where not ready order by account_id, meter_api_name limit 1 for update',
    );
    const [meter] = rows;
    if (!meter) return false;
    const key = [meter.account_id, meter.meter_api_name];
    for (const table of ['usage_rollup', 'usage_rollup_month']) await client.query(`delete from ${table} where account_id = $1 and meter_api_name = $2`, key);
    const spans = await client.query<Span>(
      `select $3 as time_zone, $4 as zone_rules, min(event_time) as first, max(event_time) as last
       from (select event_time from usage_event where account_id = $1 and meter_api_name = $2
             union all select event_time from usage_event_removed where account_id = $1 and meter_api_name = $2) as event having count(*) > 0`,
      [...key, meter.time_zone, meter.zone_rules],
    );
    await this.#merge(client, MERGE_METER, spans.rows, nowInMillis, [...key, foldedTo]);
    await client.query('update usage_rollup_meter set ready = true where account_id = $1 and meter_api_name = $2', key);
    return true;
  }

  async #fold(client: pg.PoolClient, from: bigint, settled: bigint, nowInMillis: number): Promise<boolean> {
    if (settled <= from) return false;
    const to = settled - from > this.#transactions ? from + this.#transactions : settled;
    const { rows } = await client.query<Span>(SPANS_OF_FRESH, [from.toString(), to.toString()]);
    await this.#merge(client, MERGE_FRESH, rows, nowInMillis, [from.toString(), to.toString()]);
    const amended = await this.#amend(client, from, to, nowInMillis);
    await client.query('update usage_rollup_state set folded_to = $1', [to.toString()]);
    this.#transactions = rows.length > 0 || amended ? FEWEST_TRANSACTIONS : this.#transactions < MOST_TRANSACTIONS ? this.#transactions * 4n : this.#transactions;
    return to < settled;
  }

  /** Days from which events were removed that had been added up are added up again, and then their months: of an extreme or a last value nothing can be subtracted. */
  async #amend(client: pg.PoolClient, from: bigint, to: bigint, nowInMillis: number): Promise<boolean> {
    const { rows } = await client.query<AmendedQuarter>(AMENDED_QUARTERS, [from.toString(), to.toString()]);
    for (const { account_id, meter_api_name, time_zone, zone_rules, starts } of rows) {
      const key = [account_id, meter_api_name];
      const months = new Map<number, TimeRange>();
      for (const day of daysOf(starts, time_zone)) {
        const month = monthOf(day.fromInMillis, time_zone);
        months.set(month.fromInMillis, month);
        await client.query('delete from usage_rollup where account_id = $1 and meter_api_name = $2 and day_start = $3', [...key, day.fromInMillis]);
        const span = { time_zone, zone_rules, first: String(day.fromInMillis), last: String(day.fromInMillis) };
        await client.query(MERGE_DAY, [...ofSpan(span, nowInMillis), ...key, to.toString(), day.fromInMillis, day.toInMillis]);
      }
      for (const { fromInMillis, toInMillis } of months.values()) {
        await client.query('delete from usage_rollup_month where account_id = $1 and meter_api_name = $2 and month_start = $3', [...key, fromInMillis]);
        await client.query(ADD_UP_MONTH, [...key, fromInMillis, toInMillis]);
      }
    }
    return rows.length > 0;
  }

  async #merge(client: pg.PoolClient, statement: string, spans: readonly Span[], nowInMillis: number, more: readonly unknown[]): Promise<void> {
    for (const span of spans) {
      const [boundaries, ...others] = ofSpan(span, nowInMillis);
      await client.query(statement, [boundaries, ...others, ...more, boundaries.map((day) => monthOf(day, span.time_zone).fromInMillis)]);
    }
  }
}

/** Quarters of an hour of which events were removed. */
interface AmendedQuarter extends Omit<Span, 'first' | 'last'> {
  readonly account_id: string;
  readonly meter_api_name: string;
  readonly starts: readonly string[];
}

/** The first parameters of statements that merge events. */
function ofSpan({ time_zone, zone_rules, first, last }: Span, nowInMillis: number): [boundaries: number[], ...others: unknown[]] {
  return [dayBoundaries(Number(first), Number(last), time_zone), time_zone, zone_rules, nowInMillis];
}

/** The starts of the days from the one that holds the first instant, and the end of the one that holds the last. */
function dayBoundaries(first: number, last: number, timeZone: string): number[] {
  const boundaries: number[] = [];
  let day = dayOf(first, timeZone);
  for (;;) {
    boundaries.push(day.fromInMillis);
    if (day.toInMillis > last) return [...boundaries, day.toInMillis];
    day = dayOf(day.toInMillis, timeZone);
  }
}
