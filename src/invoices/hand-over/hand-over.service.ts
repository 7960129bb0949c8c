import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { isUnfinished } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { HandOverSteps, type WalkReads } from './hand-over-steps.js';
import { InvoiceLease } from './invoice-lease.js';
import { InvoiceRefresh } from './invoice-refresh.js';

const CALL_DEADLINE_IN_MILLIS = 20_000;
/** Draft, lines, finalize, pay, with a refresh between: more steps than that in one run mean that two rules disagree. */
const MAXIMUM_STEPS = 12;
/** Shortest pause before an invoice with an unfinished intent is looked at again. */
const PAUSE_WHILE_UNFINISHED_IN_MILLIS = 1_000;
/** Errors are ours to mend or the database's: neither is over in a moment. */
const PAUSE_AFTER_ERROR_IN_MILLIS = 10_000;

/** Walks one locked invoice to its collected document, one committed step at a time; one walker per invoice over all processes. */
@Injectable()
export class HandOverService {
  constructor(
    private readonly database: Database,
    private readonly lease: InvoiceLease,
    private readonly invoices: InvoiceRepository,
    private readonly intents: ProviderIntents,
    private readonly steps: HandOverSteps,
    private readonly refresh: InvoiceRefresh,
  ) {}

  /** Does nothing when somebody else is collecting the invoice. */
  async advance(invoiceId: string): Promise<void> {
    const lease = await this.lease.tryAcquire(invoiceId);
    if (!lease) return;
    try {
      await this.#walk(invoiceId);
    } catch (error) {
      // Found again at once it would fail again at once, perhaps with a request to the provider each time.
      await this.#pause(invoiceId, this.steps.now() + PAUSE_AFTER_ERROR_IN_MILLIS);
      throw error;
    } finally {
      await lease.release();
    }
  }

  async #walk(invoiceId: string): Promise<void> {
    let reads: WalkReads = { refreshed: false, defaultMethod: undefined };
    for (let steps = 0; steps < MAXIMUM_STEPS; steps += 1) {
      const step = await this.database.transaction((tx) => this.steps.next(tx, invoiceId, reads));
      if (step.step === 'nothing') return;
      if (step.step === 'leave') return void (await this.refresh.refresh(invoiceId));
      if (step.step === 'refresh') {
        if (!(await this.refresh.refresh(invoiceId))) return this.#pause(invoiceId, 0);
        reads = { ...reads, refreshed: true };
        continue;
      }
      if (step.step === 'read_default_method') {
        const defaultMethod = await this.steps.defaultMethod(invoiceId);
        if (defaultMethod === 'unreachable') return this.#pause(invoiceId, 0);
        reads = { ...reads, defaultMethod };
        continue;
      }
      if (step.step === 'wait') return this.#pause(invoiceId, step.untilInMillis);
      const intent = await this.intents.run(step.intentId, { deadlineInMillis: CALL_DEADLINE_IN_MILLIS });
      if (isUnfinished(intent)) return this.#pause(invoiceId, intent.nextCheckTime ?? 0);
    }
    throw new Error(`the hand-over of invoice ${invoiceId} did not end after ${MAXIMUM_STEPS} steps`);
  }

  /** The outcome that is waited for makes the invoice due at once; the pause only catches what got lost. */
  #pause(invoiceId: string, untilInMillis: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, invoiceId);
      if (invoice.handOver === 'due') invoice.handOverTime = Math.max(this.steps.now() + PAUSE_WHILE_UNFINISHED_IN_MILLIS, untilInMillis);
    });
  }
}

