import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { DatabasePool } from '../platform/database/database.js';
import { ObjectLeases } from '../platform/leases/object-leases.js';

/**
 * `current`: fetched now, or by somebody since. `unreachable`: the provider could not be asked. A time: it was fetched a moment ago, and what
 * has come up since is fetched from then on.
 */
export type RefetchResult = 'current' | 'unreachable' | { readonly postponedUntil: number };

/** So many events of one object make one fetch now and one a second later. */
const PAUSE_IN_MILLIS = 1_000;
/** Above the deadline of whoever fetches it at the moment. */
const WAIT_FOR_HOLDER_IN_MILLIS = 20_000;
const FORGOTTEN_AFTER_IN_MILLIS = 3_600_000;
const FORGETTING_INTERVAL_IN_MILLIS = 600_000;

/**
 * Fetch and write are one at a time for each object of a provider, over all processes, so that the newest fetch by request start is also
 * the last one written. Times are those of the processes' clocks, which have to be kept in step to well below a second.
 */
@Injectable()
export class ObjectRefetches {
  #nextForgetting = 0;

  constructor(
    private readonly pool: DatabasePool,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
  ) {}

  /** Fetches it in any case, unless a fetch begins before its turn comes. @param fetch false when the provider could not be asked */
  async now(key: string, fetch: () => Promise<boolean>): Promise<boolean> {
    return (await this.#run(key, this.clock.now(), 0, fetch)) === 'current';
  }

  /** For news. @param since when the last of them came: a fetch that began later has told it already */
  after(key: string, since: number, fetch: () => Promise<boolean>): Promise<RefetchResult> {
    return this.#run(key, since, PAUSE_IN_MILLIS, fetch);
  }

  async #run(key: string, since: number, pauseInMillis: number, fetch: () => Promise<boolean>): Promise<RefetchResult> {
    const lease = await this.leases.acquire(`provider-refetch:${key}`, WAIT_FOR_HOLDER_IN_MILLIS);
    if (!lease) return 'unreachable';
    try {
      const last = await this.#last(key);
      // In the same millisecond: it had begun, or the news had come. Only news is surely older than what a fetch shows.
      if (pauseInMillis > 0 ? last >= since : last > since) return 'current';
      const requestStart = this.clock.now();
      if (requestStart - last < pauseInMillis) return { postponedUntil: last + pauseInMillis };
      if (!(await fetch())) return 'unreachable';
      await this.#note(key, requestStart);
      return 'current';
    } finally {
      await lease.release();
    }
  }

  async #last(key: string): Promise<number> {
    const { rows } = await this.pool.query<{ request_start: string }>('select request_start from provider_refetch where object_key = $1', [key]);
    return Number(rows[0]?.request_start ?? 0);
  }

  async #note(key: string, requestStart: number): Promise<void> {
    await this.pool.query('insert into provider_refetch (object_key, request_start) values ($1, $2) on conflict (object_key) do update set request_start = excluded.request_start', [key, requestStart]);
    if (this.#nextForgetting > requestStart) return;
    this.#nextForgetting = requestStart + FORGETTING_INTERVAL_IN_MILLIS;
    await this.pool.query('delete from provider_refetch where request_start < $1', [requestStart - FORGOTTEN_AFTER_IN_MILLIS]);
  }
}
