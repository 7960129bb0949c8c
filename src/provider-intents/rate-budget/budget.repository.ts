import { Injectable } from '@nestjs/common';
import { DatabasePool } from '../../platform/database/database.js';
import type { BucketLimits } from './bucket-limits.js';

/** All requests of a connection; the other buckets are called like their endpoints. */
export const WHOLE_CONNECTION = '';

export interface BudgetQuestion {
  readonly connectionId: string;
  readonly now: number;
  /** The buckets that each request is taken from. */
  readonly buckets: ReadonlyMap<string, BucketLimits>;
  /** Requests that people wait for, and others. */
  readonly interactive: number;
  readonly background: number;
}

export interface BudgetAnswer {
  readonly interactive: number;
  readonly background: number;
  /** When another request of each class may be granted, if nobody else takes it. */
  readonly nextInteractiveTime: number;
  readonly nextBackgroundTime: number;
}

export interface BudgetState {
  /** Of the last window that is over. */
  readonly grantedPerSecond: number;
  readonly blockedUntil: number;
  /** Of the present window, and what was granted in it. */
  readonly windowStart: number;
  readonly windowGranted: number;
}

interface GrantRow {
  bucket: string;
  tokens: number;
  blocked_until: string;
  interactive: number;
  background: number;
}

/** How long the granted rate is averaged over, at least. */
const WINDOW_IN_MILLIS = 10_000;
/** A refusal this long after the last one is the first of new ones. */
const FORGIVEN_AFTER_IN_MILLIS = 60_000;
const FIRST_BLOCK_IN_MILLIS = 1_000;
/** Capped low, because the promise is that status converges within a minute of the provider being reachable. */
const LONGEST_BLOCK_IN_MILLIS = 15_000;

/**
 * Takes from all buckets or none, what people wait for first. Times come from the caller, so that the clock can be moved; a clock that
 * is behind the one that wrote the row last refills nothing.
 */
const TAKE = `
  with asked as (
    select * from unnest($3::text[], $4::float8[], $5::float8[], $6::float8[]) as a (bucket, capacity, refill, reserve)
  ), held as (
    select b.bucket, a.reserve,
           case when b.blocked_until > $2 then 0 else least(a.capacity, b.tokens + greatest(0, $2::bigint - b.refill_time) * a.refill / 1000) end as available
      from provider_budget b join asked a on a.bucket = b.bucket
     where b.connection_id = $1 order by b.bucket for update of b
  ), interactive as (
    select case when count(*) = cardinality($3::text[]) then least($7::integer, floor(min(available))::integer) else 0 end as n from held
  ), background as (
    select case when count(*) = cardinality($3::text[]) then greatest(0, least($8::integer, floor(min(available - reserve - i.n))::integer)) else 0 end as n
      from held, interactive i
  )
  update provider_budget b
     set tokens = h.available - i.n - g.n,
         refill_time = greatest(b.refill_time, $2::bigint),
         granted_per_second = case when $2::bigint - b.window_start >= $9::bigint then b.window_granted * 1000.0 / ($2::bigint - b.window_start) else b.granted_per_second end,
         window_granted = case when $2::bigint - b.window_start >= $9::bigint then i.n + g.n else b.window_granted + i.n + g.n end,
         window_start = case when $2::bigint - b.window_start >= $9::bigint then $2::bigint else b.window_start end
    from held h, interactive i, background g
   where b.connection_id = $1 and b.bucket = h.bucket
  returning b.bucket, b.tokens, b.blocked_until, i.n as interactive, g.n as background`;

/** The first refusal blocks for a second, each after it for twice as long; those that were under way when the first one came add nothing. */
const BLOCK = `
  insert into provider_budget as b (connection_id, bucket, tokens, refill_time, blocked_until, refusals)
  values ($1, $2, 0, $3::bigint, $3::bigint + greatest($4::bigint, ($5::float8 * ${FIRST_BLOCK_IN_MILLIS})::bigint), 1)
  on conflict (connection_id, bucket) do update
     set refusals = case when b.blocked_until > $3 then b.refusals when $3::bigint - b.blocked_until > ${FORGIVEN_AFTER_IN_MILLIS} then 1 else b.refusals + 1 end,
         blocked_until = case
           when b.blocked_until > $3 then greatest(b.blocked_until, $3::bigint + $4::bigint)
           when $3::bigint - b.blocked_until > ${FORGIVEN_AFTER_IN_MILLIS} then $3::bigint + greatest($4::bigint, ($5::float8 * ${FIRST_BLOCK_IN_MILLIS})::bigint)
           else $3::bigint + greatest($4::bigint, ($5::float8 * least(${LONGEST_BLOCK_IN_MILLIS}, ${FIRST_BLOCK_IN_MILLIS} * 2.0 ^ least(b.refusals, 10)))::bigint) end`;

@Injectable()
export class BudgetRepository {
  constructor(private readonly pool: DatabasePool) {}

  /** One statement; several processes asking at once wait for each other's row for as long as it takes. */
  async take(question: BudgetQuestion): Promise<BudgetAnswer> {
    const { connectionId, now, buckets, interactive, background } = question;
    const names = [...buckets.keys()];
    const limits = [...buckets.values()];
    const values = [connectionId, now, names, limits.map(({ capacity }) => capacity), limits.map(({ refillPerSecond }) => refillPerSecond), limits.map(({ reserve }) => reserve), interactive, background, WINDOW_IN_MILLIS];
    let { rows } = await this.pool.query<GrantRow>({ name: 'budget-take', text: TAKE, values });
    if (rows.length < names.length) {
      // A full one: long ago is as good as never.
      await this.pool.query('insert into provider_budget (connection_id, bucket, tokens, refill_time) select $1, name, 0, 0 from unnest($2::text[]) as name order by name on conflict do nothing', [connectionId, names]);
      ({ rows } = await this.pool.query<GrantRow>({ name: 'budget-take', text: TAKE, values }));
    }
    return answerOf(rows, question);
  }

  /** The provider said that it was too much. @param random around 1 */
  async block(connectionId: string, bucket: string, now: number, retryAfterInMillis: number, random: number): Promise<void> {
    await this.pool.query(BLOCK, [connectionId, bucket, now, retryAfterInMillis, random]);
  }

  /** What the whole connection was granted lately, and until when it is not granted anything. */
  async state(connectionId: string): Promise<BudgetState | null> {
    const { rows } = await this.pool.query<{ granted_per_second: number; blocked_until: string; window_start: string; window_granted: number }>(
      'select granted_per_second, blocked_until, window_start, window_granted from provider_budget where connection_id = $1 and bucket = $2',
      [connectionId, WHOLE_CONNECTION],
    );
    const [row] = rows;
    return row ? { grantedPerSecond: row.granted_per_second, blockedUntil: Number(row.blocked_until), windowStart: Number(row.window_start), windowGranted: row.window_granted } : null;
  }
}

function answerOf(rows: readonly GrantRow[], { now, buckets }: BudgetQuestion): BudgetAnswer {
  const next = (wanted: (limits: BucketLimits) => number): number =>
    Math.max(
      ...rows.map(({ bucket, tokens, blocked_until }) => {
        const limits = buckets.get(bucket) as BucketLimits;
        return Math.max(Number(blocked_until), now) + (Math.max(0, wanted(limits) - tokens) / limits.refillPerSecond) * 1_000;
      }),
    );
  return {
    interactive: rows[0]?.interactive ?? 0,
    background: rows[0]?.background ?? 0,
    nextInteractiveTime: next(() => 1),
    nextBackgroundTime: next(({ reserve }) => reserve + 1),
  };
}
