import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { Database, sqlState } from '../../platform/database/database.js';
import { DueWork } from '../../platform/jobs/due-work.js';
import type { PriceStatus } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import type { RatedInvoices } from '../invoice-rating.js';
import { InvoiceRows, type DuePlace } from './invoice-rows.js';
import { PeriodCloseSteps } from './period-close-steps.js';

/** Large enough that a batch costs little beside its invoices, small enough that its transactions stay short. */
const BATCH = 1_000;
/** Batches that are turned and rated while one is written. */
const AHEAD = 1;
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
      accountsDue: (now) => this.invoices.accountsDue(this.database.reader(), now),
      nextDueAt: (accountId, until) => this.invoices.nextDueAt(this.database.reader(), accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      countInProgress: (accountId) => this.invoices.countHandingOver(this.database.reader(), accountId),
    });
  }

  async runDue(accountId: string, asOf: number): Promise<void> {
    await this.#close(accountId, asOf);
    // What a turn has opened and is due at once: fees in advance.
    if ((await this.invoices.nextDueAt(this.database.reader(), accountId, asOf)) !== null) await this.#close(accountId, asOf);
  }

  /** Batch by batch, finished in their order, which is that of the numbers; meanwhile the next ones are turned and rated. */
  async #close(accountId: string, asOf: number): Promise<void> {
    const prepared: Promise<RatedInvoices[]>[] = [];
    try {
      for await (const batch of this.#batches(accountId, asOf)) {
        const preparation = this.#prepare(accountId, batch, asOf);
        // Awaited in its turn; until then its failure is nobody's.
        preparation.catch(() => undefined);
        prepared.push(preparation);
        if (prepared.length > AHEAD) await this.#finish(accountId, await prepared.shift()!, asOf);
      }
      while (prepared.length > 0) await this.#finish(accountId, await prepared.shift()!, asOf);
    } finally {
      await Promise.allSettled(prepared);
    }
  }

  async *#batches(accountId: string, asOf: number): AsyncGenerator<DuePlace[]> {
    for (let place: DuePlace | null = null; ; ) {
      const batch: DuePlace[] = await this.rows.due(this.database.reader(), accountId, asOf, place, BATCH);
      if (batch.length === 0) return;
      yield batch;
      place = batch.at(-1)!;
    }
  }

  /** Turns what is open, and rates that of which the grace is over. */
  async #prepare(accountId: string, batch: readonly DuePlace[], asOf: number): Promise<RatedInvoices[]> {
    const ids = (status: PriceStatus): string[] => batch.filter(({ priceStatus }) => priceStatus === status).map(({ id }) => id);
    await this.steps.overdue.turn(ids('price_locked'), asOf);
    const turned = await this.#apart(ids('open'), asOf, (some) => this.steps.turns.turn(accountId, some, asOf));
    return this.#apart([...ids('grace_period'), ...turned.flat()], asOf, async (some) => {
      const rated = await this.steps.locks.rate(some);
      for (const [id, failure] of rated.failures) await this.#putBack(id, asOf, failure, failure);
      return rated;
    });
  }

  async #finish(accountId: string, rated: readonly RatedInvoices[], asOf: number): Promise<void> {
    for (const { watermark, charges } of rated) {
      await this.#apart([...charges.keys()], asOf, (ids) => this.steps.locks.lock(accountId, { watermark, charges: new Map(ids.map((id) => [id, charges.get(id)!])) }, asOf));
    }
  }

  /** Together; where one of them stops the others, one by one. That one is put back and shown. */
  async #apart<T>(ids: readonly string[], asOf: number, work: (ids: readonly string[]) => Promise<T>): Promise<T[]> {
    if (ids.length === 0) return [];
    try {
      return [await work(ids)];
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

/** Why this invoice cannot be locked; null where the error is not about it (the database is gone, or its usage not taken over yet) and all of it is tried again soon. */
function reasonInTheInvoice(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error.kind === 'unavailable' ? null : error;
  if (NUMBER_TOO_LARGE.has(sqlState(error))) return new DomainError('unprocessable', 'amount_too_large', 'an amount or a quantity is larger than can be stored. Check its prices and its usage.', { cause: error });
  if (error instanceof RangeError || error instanceof TypeError) return new DomainError('unprocessable', 'lock_failed', 'an error on our side; the log says more.', { cause: error });
  return null;
}
