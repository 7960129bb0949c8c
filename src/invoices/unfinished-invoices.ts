import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustomerDeletionGuards } from '../customers/customer-deletion-guards.js';
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
  ) {}

  onModuleInit(): void {
    this.deletionGuards.register((tx, accountId, customerId) => this.#ofCustomer(tx, accountId, customerId));
    this.connectionUsage.register(async (tx, connectionId) => [
      { what: 'unpaid invoices', count: await tx.count(Invoice, { connectionId, paymentStatus: { $nin: [...CLOSED] } }) },
    ]);
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
