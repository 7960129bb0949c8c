import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PriceVersionGuards } from '../catalog/price-version-guards.js';
import { CustomerDeletionGuards } from '../customers/customer-deletion-guards.js';
import { UsageNeeds } from '../metering/retention/usage-needs.js';
import { ConnectionUsage } from '../payment-connections/connection-usage.js';
import type { Transaction } from '../platform/database/database.js';
import { InvoiceRating } from './invoice-rating.js';
import { Invoice } from './invoice.entity.js';

/** Paid, or not wanted any more. */
const CLOSED = ['settled', 'not_needed'] as const;

/** Tells the features below what a deletion would leave unfinished: money not billed, and money billed and not collected. */
@Injectable()
export class UnfinishedInvoices implements OnModuleInit {
  constructor(
    private readonly deletionGuards: CustomerDeletionGuards,
    private readonly connectionUsage: ConnectionUsage,
    private readonly rating: InvoiceRating,
    private readonly priceVersions: PriceVersionGuards,
    private readonly usageNeeds: UsageNeeds,
  ) {}

  onModuleInit(): void {
    this.deletionGuards.register((tx, accountId, customerId) => this.#ofCustomer(tx, accountId, customerId));
    this.priceVersions.register((tx, accountId, priceId) => this.#lockedUpTo(tx, accountId, priceId));
    this.usageNeeds.register((tx, accountId, keptFromInMillis) => this.#usageFrom(tx, accountId, keptFromInMillis));
    this.connectionUsage.register(async (tx, connectionId) => [
      { what: 'unpaid invoices', count: await tx.count(Invoice, { connectionId, paymentStatus: { $nin: [...CLOSED] } }) },
    ]);
  }

  /** Of periods that are not locked, and of locked ones that late usage may still come for: those are kept whole. */
  async #usageFrom(tx: Transaction, accountId: string, keptFromInMillis: number): Promise<number | null> {
    const [row] = await tx.execute<{ start: string | null }[]>(
      `select min(period_start_in_millis)::text as start from invoice where account_id = ? and (price_status <> 'price_locked' or period_end_in_millis > ?)`,
      [accountId, keptFromInMillis],
    );
    return row?.start == null ? null : Number(row.start);
  }

  /** The end of the last locked period that was billed by a plan with this price. */
  async #lockedUpTo(tx: Transaction, accountId: string, priceId: string): Promise<number | null> {
    const [row] = await tx.execute<{ end: string | null }[]>(
      `select max(period_end_in_millis)::text as end from invoice
       where account_id = ? and price_status = 'price_locked' and plan_id in (select plan_id from plan_price where account_id = ? and price_id = ?)`,
      [accountId, accountId, priceId],
    );
    return row?.end == null ? null : Number(row.end);
  }

  async #ofCustomer(tx: Transaction, accountId: string, customerId: string): Promise<string[]> {
    const invoices = await tx.find(Invoice, { accountId, customerId, paymentStatus: { $nin: [...CLOSED] } }, { orderBy: { id: 'asc' } });
    const unpaid = invoices.filter((invoice) => invoice.priceStatus === 'price_locked').length;
    let unbilled = 0;
    for (const invoice of invoices) {
      if (invoice.priceStatus !== 'price_locked' && (await this.rating.preview(invoice, tx)).total !== 0n) unbilled += 1;
    }
    return [...(unpaid > 0 ? [`${unpaid} unpaid invoices`] : []), ...(unbilled > 0 ? [`usage or fees of ${unbilled} open billing periods`] : [])];
  }
}
