import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DueWork } from '../../../platform/jobs/due-work.js';
import { forEachConcurrently } from '../../../platform/jobs/for-each-concurrently.js';
import { WorkerLoops } from '../../../platform/jobs/worker-loops.js';
import type { NegativeInvoice } from './negative-invoice.entity.js';
import { NegativeInvoiceCredit } from './negative-invoice-credit.js';
import { NegativeInvoicePlatform } from './negative-invoice-platform.js';
import { NEGATIVE_INVOICES_TOPIC, NegativeInvoices } from './negative-invoices.js';

const INTERVAL_IN_MILLIS = 2_000;
const BATCH = 50;
const CONCURRENCY = 4;

/** Gives back what negative invoices come to. The lease of the document that is credited keeps two from doing it at once; asked twice, it is one note. */
@Injectable()
export class NegativeInvoicesLoop implements OnModuleInit {
  readonly #logger = new Logger(NegativeInvoicesLoop.name);

  constructor(
    private readonly invoices: NegativeInvoices,
    private readonly notes: NegativeInvoiceCredit,
    private readonly loops: WorkerLoops,
    private readonly dueWork: DueWork,
    private readonly platform: NegativeInvoicePlatform,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: NEGATIVE_INVOICES_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.platform.wakeups.listen(NEGATIVE_INVOICES_TOPIC, () => this.loops.wake(NEGATIVE_INVOICES_TOPIC));
    // Follows a lock at once, whatever the account's clock says; it only waits for it.
    this.dueWork.register({ name: NEGATIVE_INVOICES_TOPIC, accountsDue: () => Promise.resolve([]), nextDueAt: () => Promise.resolve(null), runDue: () => Promise.resolve(), countInProgress: (accountId) => this.invoices.countNew(accountId) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const due = await this.invoices.due(BATCH);
    const onError = ({ invoiceId }: NegativeInvoice, error: unknown): void => this.#logger.error(`what invoice ${invoiceId} gives back could not be credited and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(due, { concurrency: CONCURRENCY, signal, onError }, (row) => this.#credit(row));
    return due.length === BATCH && !signal.aborted;
  }

  async #credit(row: NegativeInvoice): Promise<void> {
    // Postponed first: an error must not bring it back at once, again and again.
    await this.invoices.postpone(row);
    const result = await this.notes.credit(row);
    if (result === 'credited') await this.invoices.credited(row);
    if (result === 'no_document') await this.invoices.carry(row);
  }
}
