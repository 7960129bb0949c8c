import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../platform/clock/clock.js';
import { BatchedQuestion } from '../platform/database/batched-question.js';
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

interface Fetch {
  readonly key: string;
  readonly requestStart: number;
}

const LAST = 'select object_key, request_start from provider_refetch where object_key = any($1::text[])';
const NOTE = `
  insert into provider_refetch (object_key, request_start) select key, start from unnest($1::text[], $2::bigint[]) as noted (key, start) order by key
  on conflict (object_key) do update set request_start = excluded.request_start`;

/**
 * Fetch and write are one at a time for each object of a provider, over all processes, so that the newest fetch by request start is also
 * the last one written. Times are those of the processes' clocks, which have to be kept in step to well below a second.
 */
@Injectable()
export class ObjectRefetches {
  #nextForgetting = 0;
  readonly #fetches: BatchedQuestion<string, number>;
  readonly #notes: BatchedQuestion<Fetch, void>;

  constructor(
    private readonly pool: DatabasePool,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
  ) {
    this.#fetches = new BatchedQuestion((keys) => this.#last(keys));
    this.#notes = new BatchedQuestion((fetches) => this.#note(fetches));
  }

  /** Fetches it in any case, unless a fetch begins before its turn comes. @param fetch false when the provider could not be asked */
  async now(key: string, fetch: () => Promise<boolean>): Promise<boolean> {
    return (await this.#run(key, this.clock.now(), 0, fetch)) === 'current';
  }

  /** For news. @param since when the last of them came: a fetch that began later has told it already */
  async after(key: string, since: number, fetch: () => Promise<boolean>): Promise<RefetchResult> {
    // What a fetch showed is stored before the fetch is noted: that it told the news can be seen without taking turns.
    if ((await this.#fetches.ask(key)) >= since) return 'current';
    return this.#run(key, since, PAUSE_IN_MILLIS, fetch);
  }

  async #run(key: string, since: number, pauseInMillis: number, fetch: () => Promise<boolean>): Promise<RefetchResult> {
    const lease = await this.leases.acquire(`provider-refetch:${key}`, WAIT_FOR_HOLDER_IN_MILLIS);
    if (!lease) return 'unreachable';
    try {
      const last = await this.#fetches.ask(key);
      // In the same millisecond: it had begun, or the news had come. Only news is surely older than what a fetch shows.
      if (pauseInMillis > 0 ? last >= since : last > since) return 'current';
      const requestStart = this.clock.now();
      if (requestStart - last < pauseInMillis) return { postponedUntil: last + pauseInMillis };
      if (!(await fetch())) return 'unreachable';
      await this.#notes.ask({ key, requestStart });
      return 'current';
    } finally {
      await lease.release();
    }
  }

  async #last(keys: readonly string[]): Promise<number[]> {
    const { rows } = await this.pool.query<{ object_key: string; request_start: string }>({ name: 'refetch-last', text: LAST, values: [keys] });
    const starts = new Map(rows.map((row) => [row.object_key, Number(row.request_start)]));
    return keys.map((key) => starts.get(key) ?? 0);
  }

  /** Of different objects: each is held by whoever fetched it. */
  async #note(fetches: readonly Fetch[]): Promise<void[]> {
    await this.pool.query({ name: 'refetch-note', text: NOTE, values: [fetches.map(({ key }) => key), fetches.map(({ requestStart }) => requestStart)] });
    const latest = Math.max(...fetches.map(({ requestStart }) => requestStart));
    if (this.#nextForgetting <= latest) {
      this.#nextForgetting = latest + FORGETTING_INTERVAL_IN_MILLIS;
      await this.pool.query('delete from provider_refetch where request_start < $1', [latest - FORGOTTEN_AFTER_IN_MILLIS]);
    }
    return fetches.map(() => undefined);
  }
}
