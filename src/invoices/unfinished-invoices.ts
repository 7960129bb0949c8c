import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PriceVersionGuards } from '../catalog/price-version-guards.js';
import { CustomerDeletionGuards } from '../customers/customer-deletion-guards.js';
import { UsageNeeds } from '../metering/retention/usage-needs.js';
import { ConnectionUsage } from '../payment-connections/connection-usage.js';
import type { Transaction } from '../platform/database/database.js';
import { InvoiceRating } from './invoice-rating.js';
import { Invoice } from './invoice.entity.js';
import { ManualCharge } from './manual-charges/manual-charge.entity.js';
import { UnusedFeeAdjustments } from './unused-fees/unused-fee-adjustments.js';

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
    private readonly unusedFees: UnusedFeeAdjustments,
  ) {}

  onModuleInit(): void {
    this.deletionGuards.register((tx, { accountId, customerId }, isForced) => this.#ofCustomer(tx, { accountId, customerId }, isForced));
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

  /** Where all was billed finally, what is billed may be open. */
  async #ofCustomer(tx: Transaction, customer: { accountId: string; customerId: string }, isForced: boolean): Promise<string[]> {
    const invoices = await tx.find(Invoice, { ...customer, paymentStatus: { $nin: [...CLOSED] } }, { orderBy: { id: 'asc' } });
    const unpaid = isForced ? 0 : invoices.filter((invoice) => invoice.priceStatus === 'price_locked').length;
    const carried = isForced ? 0 : await tx.count(Invoice, { ...customer, paymentStatusReason: 'carried_forward', carriedIntoId: null });
    let unbilled = 0;
    for (const invoice of invoices) {
      if (invoice.priceStatus !== 'price_locked' && (await this.rating.preview(invoice, tx)).total !== 0n) unbilled += 1;
    }
    const unused = (await this.unusedFees.missing(tx, customer.accountId, [customer.customerId])).length;
    const pending = await tx.count(ManualCharge, { ...customer, invoiceId: null });
    return [
      ...(unpaid > 0 ? [`${unpaid} unpaid invoices`] : []),
      ...(unbilled > 0 ? [`usage or fees of ${unbilled} open billing periods`] : []),
      ...(unused > 0 ? [`fees in advance of ${unused} invoices to be given back`] : []),
      ...(carried > 0 ? [`${carried} amounts or credits carried forward`] : []),
      ...(pending > 0 ? [`${pending} pending charges`] : []),
    ];
  }
}
