import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustomerDeletionGuards } from '../../customers/customer-deletion-guards.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { InvoiceLocks } from '../period-close/invoice-locks.js';
import { RemainingAmounts } from './remaining-amounts.js';

/**
 * Bills what a customer who leaves has not been billed for: the running period closes now, without grace, on an invoice of kind `final`, and so does whatever else is not locked yet.
 */
@Injectable()
export class FinalInvoices implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly guards: CustomerDeletionGuards,
    private readonly remaining: RemainingAmounts,
    private readonly locks: InvoiceLocks,
    private readonly clock: AccountClock,
    private readonly platform: InvoicePlatform,
  ) {}

  onModuleInit(): void {
    this.guards.registerFinalBilling((accountId, customerId) => this.#bill(accountId, customerId));
  }

  /** Can be asked for again: what was closed before is not closed twice. @throws DomainError what keeps an invoice from being rated */
  async #bill(accountId: string, customerId: string): Promise<void> {
    const now = await this.clock.now(accountId);
    // Those before the final one first: what is too small to collect, or less than nothing, becomes a line of it.
    for (const isFinal of [false, true]) {
      const closing = await this.database.transaction((tx) => this.#close(tx, accountId, customerId, now));
      const ids = closing.filter(({ kind }) => (kind === 'final') === isFinal).map(({ id }) => id);
      if (ids.length === 0) continue;
      const rated = await this.locks.rate(ids);
      await this.locks.lock(accountId, rated, now);
      for (const failure of rated.failures.values()) throw failure;
    }
  }

  async #close(tx: Transaction, accountId: string, customerId: string, now: number): Promise<Invoice[]> {
    await this.guards.leave(tx, { accountId, customerId });
    await this.remaining.open(tx, accountId, customerId, now);
    const open = await tx.find(Invoice, { accountId, customerId, priceStatus: { $ne: 'price_locked' } }, { orderBy: { periodStartInMillis: 'asc', id: 'asc' } });
    const turned = open.filter(({ priceStatus }) => priceStatus === 'open');
    for (const invoice of open) {
      if (invoice.priceStatus === 'open' && invoice.kind === 'cycle') invoice.kind = 'final';
      Object.assign(invoice, { priceStatus: 'grace_period', graceEndInMillis: now, dueAt: now, updateTime: this.platform.clock.now() });
    }
    await tx.flush();
    await this.platform.events.priceStatusesChanged(tx, turned);
    return open;
  }
}
