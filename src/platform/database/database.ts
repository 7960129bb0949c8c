import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from '@mikro-orm/postgresql';
import { MikroORM } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Metrics } from '../metrics/metrics.js';

/** An open transaction. Passed explicitly: a function that takes one joins it, a function that does not opens its own. */
export type Transaction = EntityManager;

/** serialization_failure and deadlock_detected: the only errors after which the same transaction may simply run again. */
const RETRYABLE_SQL_STATES: Readonly<Record<string, string>> = { '40001': 'serialization', '40P01': 'deadlock' };
const MAXIMUM_ATTEMPTS = 5;
const RETRY_DELAY_IN_MILLIS = 15;

/** The one way to the database: short transactions with a fresh identity map, retried when PostgreSQL asks for it. */
@Injectable()
export class Database {
  readonly #open = new AsyncLocalStorage<true>();
  readonly #beforeCommit = new WeakMap<Transaction, (() => Promise<void>)[]>();
  readonly #orm: MikroORM;
  readonly #retries;

  constructor(orm: MikroORM, metrics: Metrics) {
    this.#orm = orm;
    this.#retries = metrics.counter({ name: 'database_transaction_retries_total', help: 'Transactions that were begun again because PostgreSQL ended them.', labels: ['reason'] });
  }

  /** Opens a transaction of its own; nesting is refused because it would deadlock on the pool or hide a partial commit. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#open.getStore()) throw new Error('A transaction is already open here: pass it on instead of opening another.');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#open.run(true, () => this.#orm.em.fork({ clear: true }).transactional((em) => this.#complete(em as Transaction, work)));
      } catch (error) {
        const reason = RETRYABLE_SQL_STATES[sqlState(error)];
        if (attempt >= MAXIMUM_ATTEMPTS || reason === undefined) throw error;
        this.#retries.inc({ reason });
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_IN_MILLIS * attempt * (1 + Math.random())));
      }
    }
  }

  /** What has to be right when a transaction ends, and is worth doing once: it runs after the work and commits or fails with it. */
  beforeCommit(tx: Transaction, work: () => Promise<void>): void {
    const waiting = this.#beforeCommit.get(tx);
    if (!waiting) throw new Error('This is no transaction that Database.transaction opened.');
    waiting.push(work);
  }

  /** Reads outside a transaction, each statement on its own snapshot. The manager must not be flushed. */
  reader(): EntityManager {
    return this.#orm.em.fork({ clear: true }) as EntityManager;
  }

  async #complete<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const waiting: (() => Promise<void>)[] = [];
    this.#beforeCommit.set(tx, waiting);
    const result = await work(tx);
    for (const last of waiting) await last();
    return result;
  }

  /** @throws Error when called inside a transaction: a provider call there would hold locks for as long as the provider likes */
  assertOutsideTransaction(what: string): void {
    if (this.#open.getStore()) throw new Error(`${what} inside a database transaction: commit the intent first, then call.`);
  }
}

/** SQLSTATE of a driver error, or '' */
export function sqlState(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code;
    if (typeof code === 'string') return code;
  }
  return '';
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** A plain pool beside the ORM for statements with array parameters, which the ORM expands, and for the ingestion path. */
@Injectable()
export class DatabasePool extends pg.Pool {}
