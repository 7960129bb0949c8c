import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { CollectionStart } from './collection-start.js';
import { HAND_OVER_TOPIC } from './hand-over/hand-over-step.js';
import { Invoice } from './invoice.entity.js';

/** Reasons that another or a first payment method can cure. */
const CURED_BY_METHOD = ['no_payment_method', 'declined', 'customer_authentication'];

/** Invoices that wait for something go out by themselves once it is there. */
@Injectable()
export class CollectionTriggers implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly collection: CollectionStart,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe('payment_method.changed', (tx, event) => {
      const { customerId, connectionId } = event.data as { customerId: string; connectionId: string };
      return this.#resume(tx, { accountId: event.accountId, customerId, connectionId, handOver: 'waiting', paymentStatusReason: { $in: CURED_BY_METHOD } });
    });
    this.outbox.subscribe('customer.linked', (tx, event) => {
      const { customerId } = event.data as { customerId: string };
      return this.#resume(tx, { accountId: event.accountId, customerId, handOver: 'blocked', paymentStatusReason: 'not_linked' });
    });
  }

  async #resume(tx: Transaction, where: Record<string, unknown>): Promise<void> {
    const invoices = await tx.find(Invoice, where, { orderBy: { id: 'asc' } });
    for (const invoice of invoices) {
      await this.collection.resume(tx, invoice);
      await this.wakeups.notify(tx, HAND_OVER_TOPIC, invoice.id);
    }
  }
}
