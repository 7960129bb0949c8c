import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { Database } from '../platform/database/database.js';
import { DueWork } from '../platform/jobs/due-work.js';
import { InvoiceLockService } from './invoice-lock.service.js';
import { InvoiceRepository } from './invoice.repository.js';
import { PeriodEnd } from './period-end.js';

const HOUR_IN_MILLIS = 3_600_000;
const BATCH = 100;

/** What the account's clock makes due: periods end, grace ends. Every step is its own transaction, found again by the scan after a crash. */
@Injectable()
export class BillingDueWork implements OnModuleInit {
  readonly #logger = new Logger(BillingDueWork.name);

  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly invoices: InvoiceRepository,
    private readonly periodEnd: PeriodEnd,
    private readonly locks: InvoiceLockService,
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
    for (;;) {
      const ids = await this.invoices.dueIds(this.database.reader(), accountId, asOf, BATCH);
      if (ids.length === 0) return;
      for (const id of ids) await this.#turn(id, asOf);
    }
  }

  /** One invoice that cannot be rated must not stop the account's others: it is put back and shown. */
  async #turn(invoiceId: string, asOf: number): Promise<void> {
    try {
      const graceIsOver = await this.database.transaction((tx) => this.periodEnd.turn(tx, invoiceId, asOf));
      if (graceIsOver) await this.locks.lock(invoiceId, asOf);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#logger.error(`invoice ${invoiceId} cannot be locked: ${error.message}`);
      await this.database.transaction((tx) => this.periodEnd.putBack(tx, invoiceId, asOf + HOUR_IN_MILLIS, error));
    }
  }
}
