import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { BatchedQuestion } from '../database/batched-question.js';
import { PlatformOptions } from '../platform-options.js';

export interface Lease {
  readonly key: string;
  release(): Promise<void>;
}

/** What is wanted of one lock. No lock is in one statement twice: who takes it has to wait until letting go of it was answered. */
interface LockWish {
  readonly key: string;
  readonly take: boolean;
}

const LOCK = `
  select case when take then pg_try_advisory_lock(hashtextextended(key, 0)) else pg_advisory_unlock(hashtextextended(key, 0)) end as yes
    from unnest($1::text[], $2::boolean[]) with ordinality as wish (key, take, place) order by place`;

/** One connection, asked one statement at a time, each for all that is wanted by then. */
class LeaseSession {
  readonly #wishes: BatchedQuestion<LockWish, boolean>;

  constructor(private readonly client: pg.Client) {
    this.#wishes = new BatchedQuestion(async (wishes) => {
      const { rows } = await this.client.query<{ yes: boolean }>({ name: 'locks', text: LOCK, values: [wishes.map(({ key }) => key), wishes.map(({ take }) => take)] });
      return rows.map(({ yes }) => yes);
    });
  }

  /** @returns whether it is held now, or was held until now */
  ask(wish: LockWish): Promise<boolean> {
    return this.#wishes.ask(wish);
  }

  end(): Promise<void> {
    return this.client.end();
  }
}

/**
 * One holder at a time of a named object over all processes: a PostgreSQL advisory lock on one connection of this process.
 * When the process dies, so does its connection, and the lease is free at once; there is no expiry to wait for and no clock
 * to disagree about. Effects at a provider stay safe even if the connection breaks under a live holder: they carry their
 * intent's key, and outcomes are written by compare-and-set.
 */
@Injectable()
export class ObjectLeases implements OnApplicationShutdown {
  readonly #logger = new Logger(ObjectLeases.name);
  readonly #databaseUrl: string;
  readonly #held = new Set<string>();
  #session: Promise<LeaseSession> | null = null;
  #client: pg.Client | null = null;

  constructor(options: PlatformOptions) {
    this.#databaseUrl = options.databaseUrl;
  }

  /** Null when somebody, here or elsewhere, holds it. */
  async tryAcquire(key: string): Promise<Lease | null> {
    if (this.#held.has(key)) return null;
    this.#held.add(key);
    try {
      const session = await this.#connection();
      if (await session.ask({ key, take: true })) return { key, release: () => this.#release(key, session) };
      this.#held.delete(key);
      return null;
    } catch (error) {
      this.#held.delete(key);
      throw error;
    }
  }

  /** Waits for the holder, at most so long; null when it did not come free. */
  async acquire(key: string, timeoutInMillis: number): Promise<Lease | null> {
    const deadline = performance.now() + timeoutInMillis;
    for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
      const lease = await this.tryAcquire(key);
      if (lease || performance.now() >= deadline) return lease;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session) await (await session).end();
  }

  async #release(key: string, session: LeaseSession): Promise<void> {
    try {
      await session.ask({ key, take: false });
    } catch (error) {
      // The connection is gone and the lock with it.
      this.#logger.warn(`lease ${key} was lost with its connection: ${(error as Error).message}`);
    } finally {
      this.#held.delete(key);
    }
  }

  #connection(): Promise<LeaseSession> {
    this.#session ??= this.#connect();
    return this.#session;
  }

  async #connect(): Promise<LeaseSession> {
    const client = new pg.Client({ connectionString: this.#databaseUrl, keepAlive: true });
    this.#client = client;
    // A lost connection says so twice; by the second time there may be another one.
    const forget = (): void => {
      if (this.#client === client) this.#session = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
      return new LeaseSession(client);
    } catch (error) {
      forget();
      throw error;
    }
  }
}
