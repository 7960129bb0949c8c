import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AssignmentGuards, type BilledStretch } from '../catalog/assignment-guards.js';
import type { Transaction } from '../platform/database/database.js';
import { Invoice } from './invoice.entity.js';

type Whose = { readonly accountId: string; readonly assignmentId: string } | { readonly accountId: string; readonly customerId: string };

/** Tells the catalog up to where has been billed: changes begin where the running period does, at the earliest. */
@Injectable()
export class BilledStretches implements OnModuleInit {
  constructor(private readonly guards: AssignmentGuards) {}

  onModuleInit(): void {
    this.guards.register((tx, { accountId, id }) => this.#lastPeriod(tx, { accountId, assignmentId: id }));
    this.guards.registerOfCustomers(async (tx, { accountId, customerId, feeId }) => {
      const period = await this.#lastPeriod(tx, { accountId, customerId });
      const advance = feeId === null ? null : await this.#lastAdvance(tx, { accountId, customerId });
      return advance && (period === null || advance.endInMillis > period.endInMillis) ? advance : period;
    });
  }

  /** Invoices in grace count too: they are about to be locked as they are. */
  async #lastPeriod(tx: Transaction, whose: Whose): Promise<BilledStretch | null> {
    const last = await tx.findOne(Invoice, { ...whose, kind: { $in: ['cycle', 'final'] }, priceStatus: { $ne: 'open' } }, { orderBy: { periodEndInMillis: 'desc' } });
    return last && { endInMillis: last.periodEndInMillis, by: nameOf(last) };
  }

  /** Its fees are those of the first instant. */
  async #lastAdvance(tx: Transaction, whose: Whose): Promise<BilledStretch | null> {
    const last = await tx.findOne(Invoice, { ...whose, kind: 'advance', priceStatus: { $ne: 'open' } }, { orderBy: { periodStartInMillis: 'desc' } });
    return last && { endInMillis: last.periodStartInMillis + 1, by: nameOf(last) };
  }
}

function nameOf({ id, number, priceStatus }: Invoice): string {
  return `invoice ${number ?? id}${priceStatus === 'grace_period' ? ', which is about to be locked' : ''}`;
}
