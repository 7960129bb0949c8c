import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { Database, sqlState } from '../platform/database/database.js';
import { DueWork } from '../platform/jobs/due-work.js';
import { InvoiceLockService } from './invoice-lock.service.js';
import { InvoiceRepository } from './invoice.repository.js';
import { PeriodEnd } from './period-end.js';
import { OverdueInvoices } from './recorded-payments/overdue-invoices.js';

const BATCH = 100;
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
    private readonly periodEnd: PeriodEnd,
    private readonly locks: InvoiceLockService,
    private readonly overdue: OverdueInvoices,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'invoices',
      nextDueAt: (accountId, until) => this.invoices.nextDueAt(this.database.reader(), accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      countInProgress: (accountId) => this.invoices.countHandingOver(this.database.reader(), accountId),
    });
  }

  async runDue(accountId: string, asOf: number): Promise<void> {
    const turned = new Set<string>();
    for (;;) {
      const ids = await this.invoices.dueIds(this.database.reader(), accountId, asOf, BATCH);
      if (ids.length === 0) return;
      for (const id of ids) {
        if (turned.has(id)) throw new Error(`invoice ${id} was turned as of ${asOf} and is due again: two rules disagree`);
        turned.add(id);
        await this.#turn(id, asOf);
      }
    }
  }

  /** One invoice that cannot be rated must not stop the account's others: it is put back and shown. */
  async #turn(invoiceId: string, asOf: number): Promise<void> {
    try {
      const graceIsOver = await this.database.transaction(async (tx) => {
        const isOver = await this.periodEnd.turn(tx, invoiceId, asOf);
        await this.overdue.turn(tx, invoiceId, asOf);
        return isOver;
      });
      if (graceIsOver) await this.locks.lock(invoiceId, asOf);
    } catch (error) {
      const reason = reasonInTheInvoice(error);
      if (!reason) throw error;
      this.#logger.error(`invoice ${invoiceId} cannot be locked: ${reason === error ? reason.message : ((error as Error).stack ?? String(error))}`);
      await this.database.transaction((tx) => this.periodEnd.putBack(tx, invoiceId, asOf, reason));
    }
  }
}

/** Why this invoice cannot be locked; null where the error is not about it (the database is gone) and all of it is tried again soon. */
function reasonInTheInvoice(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  if (NUMBER_TOO_LARGE.has(sqlState(error))) return new DomainError('unprocessable', 'amount_too_large', 'an amount or a quantity is larger than can be stored. Check its prices and its usage.', { cause: error });
  if (error instanceof RangeError || error instanceof TypeError) return new DomainError('unprocessable', 'lock_failed', 'an error on our side; the log says more.', { cause: error });
  return null;
}
