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

/** The last fetch of an object: when it began, by the clock of its process, and before and after what. */
interface LastFetch {
  readonly requestStart: number;
  readonly beginOrder: number;
}

interface Fetch extends LastFetch {
  readonly key: string;
}

const LAST = 'select object_key, request_start, begin_order from provider_refetch where object_key = any($1::text[])';
/** In the order of the questions, which are those of many objects. */
const NEXT_ORDERS = `select nextval('order_of_news') as next from generate_series(1, $1)`;
const NOTE = `
  insert into provider_refetch (object_key, request_start, begin_order)
  select key, start, begin_order from unnest($1::text[], $2::bigint[], $3::bigint[]) as noted (key, start, begin_order) order by key
  on conflict (object_key) do update set request_start = excluded.request_start, begin_order = excluded.begin_order`;
const NEVER: LastFetch = { requestStart: 0, beginOrder: 0 };

/**
 * Fetch and write are one at a time for each object of a provider, over all processes, so that the newest fetch by request start is also
 * the last one written. What came before what is told by a sequence of the database: the clocks of processes need not agree.
 */
@Injectable()
export class ObjectRefetches {
  #nextForgetting = 0;
  readonly #fetches: BatchedQuestion<string, LastFetch>;
  readonly #orders: BatchedQuestion<void, number>;
  readonly #notes: BatchedQuestion<Fetch, void>;

  constructor(
    private readonly pool: DatabasePool,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
  ) {
    this.#fetches = new BatchedQuestion((keys) => this.#last(keys));
    this.#orders = new BatchedQuestion((questions) => this.#nextOrders(questions.length));
    this.#notes = new BatchedQuestion((fetches) => this.#note(fetches));
  }

  /** Fetches it in any case, unless a fetch begins before its turn comes. @param fetch false when the provider could not be asked */
  async now(key: string, fetch: () => Promise<boolean>): Promise<boolean> {
    return (await this.#run(key, await this.#orders.ask(), 0, fetch)) === 'current';
  }

  /** For news. @param arrival of the last of them: a fetch that began later has told it already */
  async after(key: string, arrival: number, fetch: () => Promise<boolean>): Promise<RefetchResult> {
    // What a fetch showed is stored before the fetch is noted: that it told the news can be seen without taking turns.
    if ((await this.#fetches.ask(key)).beginOrder > arrival) return 'current';
    return this.#run(key, arrival, PAUSE_IN_MILLIS, fetch);
  }

  async #run(key: string, arrival: number, pauseInMillis: number, fetch: () => Promise<boolean>): Promise<RefetchResult> {
    const lease = await this.leases.acquire(`provider-refetch:${key}`, WAIT_FOR_HOLDER_IN_MILLIS);
    if (!lease) return 'unreachable';
    try {
      const last = await this.#fetches.ask(key);
      if (last.beginOrder > arrival) return 'current';
      const requestStart = this.clock.now();
      // By a clock that is a little ahead of ours the last one lies in the future.
      if (Math.abs(requestStart - last.requestStart) < pauseInMillis) return { postponedUntil: Math.min(last.requestStart, requestStart) + pauseInMillis };
      const beginOrder = await this.#orders.ask();
      if (!(await fetch())) return 'unreachable';
      await this.#notes.ask({ key, requestStart, beginOrder });
      return 'current';
    } finally {
      await lease.release();
    }
  }

  async #last(keys: readonly string[]): Promise<LastFetch[]> {
    const { rows } = await this.pool.query<{ object_key: string; request_start: string; begin_order: string }>({ name: 'refetch-last', text: LAST, values: [keys] });
    const fetches = new Map(rows.map((row) => [row.object_key, { requestStart: Number(row.request_start), beginOrder: Number(row.begin_order) }]));
    return keys.map((key) => fetches.get(key) ?? NEVER);
  }

  async #nextOrders(count: number): Promise<number[]> {
    const { rows } = await this.pool.query<{ next: string }>({ name: 'next-orders', text: NEXT_ORDERS, values: [count] });
    return rows.map(({ next }) => Number(next));
  }

  /** Of different objects: each is held by whoever fetched it. */
  async #note(fetches: readonly Fetch[]): Promise<void[]> {
    const values = [fetches.map(({ key }) => key), fetches.map(({ requestStart }) => requestStart), fetches.map(({ beginOrder }) => beginOrder)];
    await this.pool.query({ name: 'refetch-note', text: NOTE, values });
    const latest = Math.max(...fetches.map(({ requestStart }) => requestStart));
    if (this.#nextForgetting <= latest) {
      this.#nextForgetting = latest + FORGETTING_INTERVAL_IN_MILLIS;
      await this.pool.query('delete from provider_refetch where request_start < $1', [latest - FORGOTTEN_AFTER_IN_MILLIS]);
    }
    return fetches.map(() => undefined);
  }
}
