import { Injectable } from '@nestjs/common';
import { completeSettings, type ConnectionSettings } from '../../payment-connections/connection-settings.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { HandOverPlanner } from '../hand-over/hand-over-planner.js';
import { HAND_OVER_TOPIC, WRITE_OFF } from '../hand-over/hand-over-step.js';
import { InvoiceEvents } from '../invoice.events.js';
import { isClosed, type Invoice } from '../invoice.entity.js';
import { InvoiceState } from '../invoice-state.js';
import { nextRetry } from './retry-schedule.js';

const DAY_IN_MILLIS = 86_400_000;

/** Tries declined invoices again by the connection's schedule. All methods join a transaction that holds the invoice's row lock. */
@Injectable()
export class Dunning {
  constructor(
    private readonly connections: PaymentConnections,
    private readonly planner: HandOverPlanner,
    private readonly state: InvoiceState,
    private readonly events: InvoiceEvents,
    private readonly wakeups: Wakeups,
    private readonly clock: ProcessClock,
  ) {}

  /** After an attempt of ours was declined. @param isPointless the same method will not work */
  async declined(tx: Transaction, invoice: Invoice, isPointless: boolean): Promise<void> {
    const settings = await this.#settings(tx, invoice);
    // Changed since the charge was sent: from here on the document is the provider's to collect.
    if (settings.retries !== 'schedule') return this.#goOn(tx, invoice);
    const next = nextRetry(settings.retryDays, invoice.retryCount, this.#attemptTime(invoice), isPointless);
    if (!next) return this.#end(tx, invoice, settings.afterRetries);
    invoice.retryAt = next.atInMillis;
    invoice.nextAttemptTime = next.isEnd ? null : next.atInMillis;
    if (next.isEnd) invoice.retryCount = settings.retryDays.length;
    await tx.flush();
  }

  /** The time has come: another attempt, as of then; or the end of the retries, where there is nothing left to try. */
  async due(tx: Transaction, invoice: Invoice): Promise<void> {
    const { retryAt } = invoice;
    if (retryAt == null) return;
    if (invoice.handOver !== 'waiting' || isClosed(invoice)) {
      invoice.retryAt = null;
      return;
    }
    // What was announced stands, whatever the schedule has become since: without an attempt announced this is the end.
    const isEnd = invoice.nextAttemptTime == null;
    // The customer is at it (3-D Secure, a bank debit), or nobody knows: whatever comes of it, a day later is early enough.
    if (invoice.paymentStatus !== 'failed') {
      invoice.retryAt = retryAt + DAY_IN_MILLIS;
      invoice.nextAttemptTime = isEnd ? null : invoice.retryAt;
      return;
    }
    const settings = await this.#settings(tx, invoice);
    if (settings.retries === 'schedule' && isEnd) return this.#end(tx, invoice, settings.afterRetries);
    invoice.retryCount += 1;
    invoice.collectionOffset = retryAt - this.clock.now();
    await this.#goOn(tx, invoice);
  }

  /** Whoever collects it now: we charge, or the document is left to the provider. */
  async #goOn(tx: Transaction, invoice: Invoice): Promise<void> {
    await this.state.set(tx, invoice, { status: 'pending', reason: 'handing_over', message: null }, 'due');
    await this.wakeups.notify(tx, HAND_OVER_TOPIC, invoice.id);
  }

  async #end(tx: Transaction, invoice: Invoice, afterRetries: 'none' | 'uncollectible'): Promise<void> {
    const { retryCount } = invoice;
    invoice.retryAt = null;
    invoice.nextAttemptTime = null;
    await tx.flush();
    await this.events.retriesEnded(tx, invoice, { retries: retryCount, afterRetries });
    if (afterRetries === 'uncollectible' && invoice.providerStatus === 'open') await this.planner.plan(tx, invoice, WRITE_OFF, { because: 'retries_ended' });
  }

  async #settings(tx: Transaction, invoice: Invoice): Promise<ConnectionSettings> {
    return completeSettings((await this.connections.getById(tx, invoice.connectionId ?? '')).settings);
  }

  /**
   * By the account's clock as it stood for this attempt. A moved test clock is somewhere else by now: its retries follow one another as of
   * their own times. Time that passed because a provider was down counts.
   */
  #attemptTime(invoice: Invoice): number {
    return this.clock.now() + (invoice.collectionOffset ?? 0);
  }
}
