import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { PlatformOptions } from '../platform-options.js';

/** For statements that notify by themselves; everything else goes through `notify`. */
export const WAKEUP_CHANNEL = 'tollkeeper';
const RECONNECT_DELAY_IN_MILLIS = 500;

/**
 * Tells all processes that something is there to be looked at, through LISTEN/NOTIFY. A hint only: every listener also polls,
 * so a lost notification costs time and nothing else.
 */
@Injectable()
export class Wakeups implements OnApplicationShutdown {
  readonly #logger = new Logger(Wakeups.name);
  readonly #databaseUrl: string;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #client: pg.Client | null = null;
  #stopped = false;
  #connecting: Promise<void> | null = null;

  constructor(options: PlatformOptions) {
    this.#databaseUrl = options.databaseUrl;
  }

  /** Sent when the transaction commits, not at all when it rolls back. @param payload an id, never a body */
  async notify(tx: Transaction, topic: string, payload = ''): Promise<void> {
    await sql(tx, 'select pg_notify($1, $2)', [WAKEUP_CHANNEL, `${topic} ${payload}`]);
  }

  /** Returns the function that ends the subscription. */
  listen(topic: string, listener: (payload: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(topic, listeners);
    this.#connecting ??= this.#connect();
    return () => listeners.delete(listener);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    await this.#connecting?.catch(() => undefined);
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    while (!this.#stopped) {
      const client = new pg.Client({ connectionString: this.#databaseUrl, keepAlive: true });
      const lost = (): void => {
        if (this.#client !== client) return;
        this.#client = null;
        this.#connecting = this.#stopped ? null : this.#connect();
      };
      client.on('error', lost);
      client.on('end', lost);
      client.on('notification', (message) => this.#dispatch(message.payload ?? ''));
      try {
        await client.connect();
        await client.query(`listen ${WAKEUP_CHANNEL}`);
        this.#client = client;
        return;
      } catch (error) {
        this.#logger.warn(`cannot listen for wake-ups, polling goes on: ${(error as Error).message}`);
        await client.end().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY_IN_MILLIS));
      }
    }
  }

  #dispatch(message: string): void {
    const space = message.indexOf(' ');
    const topic = message.slice(0, space);
    for (const listener of this.#listeners.get(topic) ?? []) listener(message.slice(space + 1));
  }
}
