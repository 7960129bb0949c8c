import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DueWork } from '../../platform/jobs/due-work.js';
import { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { Dunning } from './dunning.js';

const BATCH = 100;

/** Retries that the account's clock makes due. */
@Injectable()
export class DunningDueWork implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly clock: AccountClock,
    private readonly invoices: InvoiceRepository,
    private readonly dunning: Dunning,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'retries',
      accountsDue: (now) => this.invoices.accountsToRetry(this.database.reader(), now),
      nextDueAt: (accountId, until) => this.#nextDueAt(accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      // An attempt under way is a hand-over.
      countInProgress: () => Promise.resolve(0),
    });
  }

  /** Never before the account's present time: a retry can become known after the clock has moved past it. */
  async #nextDueAt(accountId: string, until: number): Promise<number | null> {
    const next = await this.database.reader().findOne(Invoice, { accountId, retryAt: { $lte: until } }, { fields: ['retryAt'], orderBy: { retryAt: 'asc' } });
    return next?.retryAt == null ? null : Math.min(Math.max(next.retryAt, await this.clock.now(accountId)), until);
  }

  async runDue(accountId: string, asOf: number): Promise<void> {
    for (;;) {
      const due = await this.database.reader().find(Invoice, { accountId, retryAt: { $lte: asOf } }, { fields: ['id'], orderBy: { retryAt: 'asc', id: 'asc' }, limit: BATCH });
      for (const { id } of due) {
        await this.database.transaction(async (tx) => {
          const invoice = await this.invoices.lock(tx, id);
          if (invoice.retryAt != null && invoice.retryAt <= asOf) await this.dunning.due(tx, invoice);
        });
      }
      if (due.length < BATCH) return;
    }
  }
}
