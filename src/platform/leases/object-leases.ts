import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { PlatformOptions } from '../platform-options.js';

export interface Lease {
  readonly key: string;
  release(): Promise<void>;
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
  #client: Promise<pg.Client> | null = null;

  constructor(options: PlatformOptions) {
    this.#databaseUrl = options.databaseUrl;
  }

  /** Null when somebody, here or elsewhere, holds it. */
  async tryAcquire(key: string): Promise<Lease | null> {
    if (this.#held.has(key)) return null;
    this.#held.add(key);
    try {
      const client = await this.#connection();
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as locked', [key]);
      if (rows[0]?.locked) return { key, release: () => this.#release(key, client) };
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
    const client = this.#client;
    this.#client = null;
    if (client) await (await client).end();
  }

  async #release(key: string, client: pg.Client): Promise<void> {
    try {
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]);
    } catch (error) {
      // The connection is gone and the lock with it.
      this.#logger.warn(`lease ${key} was lost with its connection: ${(error as Error).message}`);
    } finally {
      this.#held.delete(key);
    }
  }

  #connection(): Promise<pg.Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#databaseUrl, keepAlive: true });
    const forget = (): void => {
      this.#client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
      return client;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
