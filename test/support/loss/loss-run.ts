import pg from 'pg';
import { migrateDatabase } from '../../../src/platform/database/migrate.js';
import { ApiProcess } from './api-process.js';
import { DurablePostgres } from './durable-postgres.js';
import { UsageSender, type Answers, type SentEvent } from './usage-sender.js';

const SENDERS = 6;
const LEAST_PAUSE_IN_MILLIS = 700;
const MOST_PAUSE_IN_MILLIS = 3_000;

export interface LossOptions {
  readonly apis: number;
  readonly seed: number;
  /** How long things are killed. */
  readonly millis: number;
}

export interface LossResult {
  readonly acknowledged: number;
  readonly answers: Record<string, number>;
  readonly kills: { api: number; postgres: number };
  /** Acknowledged, and not there. */
  readonly lost: string[];
  /** There more than once, or never acknowledged. */
  readonly doubled: string[];
  readonly unknown: string[];
  /** Customers of whom the database's sum is not that of what was acknowledged. */
  readonly wrongSums: string[];
  /** What an API said that ended by itself. */
  readonly endedByItself: string[];
}

/** Senders with retries, while the APIs and their PostgreSQL are killed at random and started again. */
export class LossRun {
  readonly #postgres: DurablePostgres;
  readonly #apis: ApiProcess[];
  readonly #random: () => number;
  readonly #kills = { api: 0, postgres: 0 };
  readonly #endedByItself: string[] = [];

  private constructor(postgres: DurablePostgres, apis: ApiProcess[], random: () => number) {
    this.#postgres = postgres;
    this.#apis = apis;
    this.#random = random;
  }

  static async tell({ apis, seed, millis }: LossOptions): Promise<LossResult> {
    const postgres = await DurablePostgres.start();
    const started: ApiProcess[] = [];
    try {
      await migrateDatabase(postgres.url);
      for (let count = 0; count < apis; count += 1) started.push(await ApiProcess.start(postgres.url));
      return await new LossRun(postgres, started, randomOf(seed)).#run(millis);
    } finally {
      for (const api of started) await api.stop();
      await postgres.stop();
    }
  }

  async #run(millis: number): Promise<LossResult> {
    const answers: Answers = new Map();
    const urls = this.#apis.map(({ url }) => url);
    const senders = Array.from({ length: SENDERS }, (_, index) => new UsageSender(`customer-${index}`, urls, randomOf(Math.floor(this.#random() * 2 ** 31)), answers));
    let isOver = false;
    const sending = senders.map((sender) => sender.send(() => isOver));
    for (const deadline = Date.now() + millis; Date.now() < deadline; ) await this.#killSomething();
    isOver = true;
    await Promise.all(sending);
    const found = await this.#compare(senders.flatMap(({ acknowledged }) => acknowledged));
    return { ...found, answers: Object.fromEntries(answers), kills: this.#kills, endedByItself: this.#endedByItself };
  }

  /** After a while, and mended after another one. */
  async #killSomething(): Promise<void> {
    await this.#pause();
    for (const api of this.#apis) if (!api.isRunning) this.#endedByItself.push(api.output);
    const which = Math.floor(this.#random() * (this.#apis.length + 1));
    const api = this.#apis[which];
    if (api) {
      this.#kills.api += 1;
      await api.kill();
      await api.restart();
    } else {
      this.#kills.postgres += 1;
      await this.#postgres.kill();
      await this.#pause();
      await this.#postgres.restart();
    }
  }

  #pause(): Promise<void> {
    const millis = LEAST_PAUSE_IN_MILLIS + this.#random() * (MOST_PAUSE_IN_MILLIS - LEAST_PAUSE_IN_MILLIS);
    return new Promise((resolve) => setTimeout(resolve, millis));
  }

  async #compare(acknowledged: readonly SentEvent[]): Promise<Pick<LossResult, 'acknowledged' | 'lost' | 'doubled' | 'unknown' | 'wrongSums'>> {
    const client = new pg.Client({ connectionString: this.#postgres.url });
    await client.connect();
    try {
      const events = await client.query<{ id: string; times: number }>('select unique_id as id, count(*)::integer as times from usage_event group by unique_id');
      const sums = await client.query<{ customer: string; sum: string }>('select customer_id as customer, (sum(meter_value) * 1000)::bigint::text as sum from usage_event group by customer_id');
      const stored = new Map(events.rows.map(({ id, times }) => [id, times]));
      const ids = new Set(acknowledged.map(({ uniqueId }) => uniqueId));
      const expected = new Map<string, bigint>();
      for (const { customerId, meterValue } of acknowledged) expected.set(customerId, (expected.get(customerId) ?? 0n) + BigInt(meterValue.replace('.', '')));
      return {
        acknowledged: ids.size,
        lost: [...ids].filter((id) => !stored.has(id)),
        doubled: [...stored].flatMap(([id, times]) => (times > 1 ? [id] : [])),
        unknown: [...stored.keys()].filter((id) => !ids.has(id)),
        wrongSums: sums.rows.flatMap(({ customer, sum }) => (expected.get(customer)?.toString() === sum ? [] : [customer])),
      };
    } finally {
      await client.end();
    }
  }
}

/** The same numbers of the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
