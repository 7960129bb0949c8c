import { Injectable } from '@nestjs/common';
import { CustomerLinks } from '../../customers/customer-links.service.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { BillingCycleService } from '../billing-cycle.service.js';
import { closesAt, type Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { GracePeriods } from './grace-periods.js';
import { InvoiceRows } from './invoice-rows.js';

/** open → grace_period: the turn from one period to the next. */
@Injectable()
export class PeriodTurns {
  constructor(
    private readonly database: Database,
    private readonly rows: InvoiceRows,
    private readonly cycle: BillingCycleService,
    private readonly links: CustomerLinks,
    private readonly graces: GracePeriods,
    private readonly platform: InvoicePlatform,
  ) {}

  /**
   * Turns those whose period is over, noting the connection in force now and opening the next period.
   * @returns those of all of them that are to be locked as of then, in their order
   */
  turn(accountId: string, ids: readonly string[], asOf: number): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      // Whoever moves the end of an assignment holds the customer: either the turn sees that end, or the move sees the period that the turn opened.
      await this.rows.lockCustomers(tx, ids);
      const invoices = await this.rows.lock(tx, ids);
      const ending = invoices.filter((invoice) => invoice.priceStatus === 'open' && closesAt(invoice) <= asOf);
      if (ending.length > 0) await this.#end(tx, accountId, ending);
      return invoices.filter(({ priceStatus, dueAt }) => priceStatus === 'grace_period' && (dueAt ?? Number.POSITIVE_INFINITY) <= asOf).map(({ id }) => id);
    });
  }

  async #end(tx: Transaction, accountId: string, ending: readonly Invoice[]): Promise<void> {
    const links = await this.links.inForceMany(tx, accountId, [...new Set(ending.map(({ customerId }) => customerId))]);
    const graceEndOf = await this.graces.endsOf(tx, accountId, links);
    const dueAtOf = await this.graces.dueTimes(tx, accountId);
    for (const invoice of ending) {
      invoice.priceStatus = 'grace_period';
      invoice.graceEndInMillis = graceEndOf(invoice);
      invoice.dueAt = dueAtOf(invoice.graceEndInMillis);
      Object.assign(invoice, links.get(invoice.customerId));
      invoice.updateTime = this.platform.clock.now();
    }
    await this.rows.writeTurned(tx, ending);
    const next = await this.cycle.openNext(tx, accountId, ending.filter(({ kind }) => kind === 'cycle'));
    await this.platform.events.priceStatusesChanged(tx, [...next, ...ending]);
  }
}
