import { LockMode } from '@mikro-orm/core';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { CollectionStart } from './collection-start.js';
import { HAND_OVER_TOPIC } from './hand-over/hand-over-step.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceRepository } from './invoice.repository.js';

/** Reasons that another or a first payment method can cure. */
const CURED_BY_METHOD = ['no_payment_method', 'payment_method_disputed', 'declined', 'customer_authentication'];

/** Invoices that wait for something go out by themselves once it is there. */
@Injectable()
export class CollectionTriggers implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly collection: CollectionStart,
    private readonly wakeups: Wakeups,
    private readonly invoices: InvoiceRepository,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribe('payment_method.changed', (tx, event) => {
      const { customerId, connectionId, defaultPaymentMethodId } = event.data as { customerId: string; connectionId: string; defaultPaymentMethodId: string | null };
      const mine = { accountId: event.accountId, customerId, connectionId };
      // A refused charge of an open document: that there was nothing to charge could not be read at the time.
      const refused = { handOver: 'blocked', paymentStatusReason: 'refused_by_provider', providerStatus: 'open' };
      const waiting = { ...mine, $or: [{ handOver: 'waiting', paymentStatusReason: { $in: CURED_BY_METHOD } }, refused] };
      return this.#resume(tx, waiting, { reviewed: true }, (invoice) => this.#isNews(tx, invoice, defaultPaymentMethodId));
    });
    this.outbox.subscribe('payment_method.unfrozen', (tx, event) => {
      const { customerId, connectionId } = event.data as { customerId: string; connectionId: string };
      return this.#resume(tx, { accountId: event.accountId, customerId, connectionId, handOver: 'waiting', paymentStatusReason: 'payment_method_disputed' }, { reviewed: true }, () => Promise.resolve(true));
    });
    // Besides a new link, another choice of the provider can bring one into force.
    for (const type of ['customer.linked', 'customer.updated']) {
      this.outbox.subscribe(type, (tx, event) =>
        this.#resume(tx, { accountId: event.accountId, customerId: event.objectId, handOver: 'blocked', paymentStatusReason: 'not_linked' }, { reviewed: false }, () => Promise.resolve(true)),
      );
    }
  }

  /**
   * Whether the method promises another end than the last attempt. The provider tells of changes that are none (a decline marks the
   * customer as delinquent), and the same change arrives several times: charging the declined card again each time would never end.
   */
  async #isNews(tx: Transaction, invoice: Invoice, defaultPaymentMethodId: string | null): Promise<boolean> {
    // Whether the new default is another one is looked at again before it is charged.
    if (invoice.paymentStatusReason === 'no_payment_method' || invoice.paymentStatusReason === 'payment_method_disputed') return true;
    const last = (await this.invoices.payments(tx, invoice.id)).at(-1);
    return defaultPaymentMethodId !== null && defaultPaymentMethodId !== (last?.paymentMethodId ?? null);
  }

  async #resume(tx: Transaction, where: Record<string, unknown>, how: { reviewed: boolean }, isWanted: (invoice: Invoice) => Promise<boolean>): Promise<void> {
    const invoices = await tx.find(Invoice, where, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE });
    for (const invoice of invoices) {
      if (!(await isWanted(invoice))) continue;
      await this.collection.resume(tx, invoice, how);
      await this.wakeups.notify(tx, HAND_OVER_TOPIC, invoice.id);
    }
  }
}
