import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { Database, sqlState } from '../../platform/database/database.js';
import { DueWork } from '../../platform/jobs/due-work.js';
import { InvoiceRepository } from '../invoice.repository.js';
import type { RatedInvoices } from '../invoice-rating.js';
import { InvoiceRows, type DuePlace } from './invoice-rows.js';
import { PeriodCloseSteps } from './period-close-steps.js';

/** Large enough that a batch costs little beside its invoices, small enough that its transactions stay short. */
const BATCH = 500;
/** numeric_value_out_of_range, and what the protocol says of an integer that is none. */
const NUMBER_TOO_LARGE = new Set(['22003', '22P03']);

/** What the account's clock makes due: periods end, grace ends, time to pay ends. Every step is its own transaction, found again by the scan after a crash. */
@Injectable()
export class BillingDueWork implements OnModuleInit {
  readonly #logger = new Logger(BillingDueWork.name);

  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly invoices: InvoiceRepository,
    private readonly rows: InvoiceRows,
    private readonly steps: PeriodCloseSteps,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'invoices',
      nextDueAt: (accountId, until) => this.invoices.nextDueAt(this.database.reader(), accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      countInProgress: (accountId) => this.invoices.countHandingOver(this.database.reader(), accountId),
    });
  }

  /** Batches follow one another: while one is being written, the next is turned and rated. */
  async runDue(accountId: string, asOf: number): Promise<void> {
    let writing = Promise.resolve();
    try {
      for (let place: DuePlace | null = null; ; ) {
        const due: DuePlace[] = await this.rows.due(this.database.reader(), accountId, asOf, place, BATCH);
        if (due.length === 0) break;
        const rated = await this.#prepare(accountId, due.map(({ id }) => id), asOf);
        await writing;
        writing = this.#finish(accountId, rated, asOf);
        // Awaited with the next batch; until then its failure is nobody's.
        writing.catch(() => undefined);
        place = due.at(-1)!;
      }
    } finally {
      await writing;
    }
  }

  /** Turns them, and rates those whose grace is over too. */
  #prepare(accountId: string, ids: readonly string[], asOf: number): Promise<RatedInvoices[]> {
    return this.#apart(ids, asOf, async (some) => {
      await this.steps.overdue.turn(some, asOf);
      const ending = await this.steps.turns.turn(accountId, some, asOf);
      if (ending.length === 0) return null;
      const rated = await this.steps.locks.rate(ending);
      for (const [id, failure] of rated.failures) await this.#putBack(id, asOf, failure, failure);
      return rated;
    });
  }

  async #finish(accountId: string, rated: readonly RatedInvoices[], asOf: number): Promise<void> {
    for (const { watermark, charges } of rated) {
      await this.#apart([...charges.keys()], asOf, async (ids) => {
        await this.steps.locks.lock(accountId, { watermark, charges: new Map(ids.map((id) => [id, charges.get(id)!])) }, asOf);
        return null;
      });
    }
  }

  /** Together; where one of them stops the others, one by one. That one is put back and shown. */
  async #apart<T>(ids: readonly string[], asOf: number, work: (ids: readonly string[]) => Promise<T | null>): Promise<T[]> {
    try {
      const result = await work(ids);
      return result === null ? [] : [result];
    } catch (error) {
      const reason = reasonInTheInvoice(error);
      if (!reason) throw error;
      if (ids.length === 1) {
        await this.#putBack(ids[0]!, asOf, reason, error);
        return [];
      }
      const results: T[] = [];
      for (const id of ids) results.push(...(await this.#apart([id], asOf, work)));
      return results;
    }
  }

  async #putBack(invoiceId: string, asOf: number, reason: DomainError, error: unknown): Promise<void> {
    this.#logger.error(`invoice ${invoiceId} cannot be locked: ${reason === error ? reason.message : ((error as Error).stack ?? String(error))}`);
    await this.steps.failures.putBack(invoiceId, asOf, reason);
  }
}

/** Why this invoice cannot be locked; null where the error is not about it (the database is gone) and all of it is tried again soon. */
function reasonInTheInvoice(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  if (NUMBER_TOO_LARGE.has(sqlState(error))) return new DomainError('unprocessable', 'amount_too_large', 'an amount or a quantity is larger than can be stored. Check its prices and its usage.', { cause: error });
  if (error instanceof RangeError || error instanceof TypeError) return new DomainError('unprocessable', 'lock_failed', 'an error on our side; the log says more.', { cause: error });
  return null;
}
