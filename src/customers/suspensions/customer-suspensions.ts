import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { CustomerRepository } from '../customer.repository.js';
import type { SuspendReason } from '../customer.entity.js';
import { CustomerEvents } from '../customers.events.js';

export interface Suspension {
  readonly reason: SuspendReason;
  /** The invoice that did it. */
  readonly invoiceId: string;
}

/** Marks customers who do not pay, for whoever provides the service; nothing here is kept from them: usage counts and is billed. */
@Injectable()
export class CustomerSuspensions {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly events: CustomerEvents,
  ) {}

  /** Asked again it changes nothing: the first reason stands. @param at by the account's clock */
  async suspend(tx: Transaction, accountId: string, customerId: string, { reason, invoiceId }: Suspension, at: number): Promise<void> {
    const customer = await this.customers.findForUpdate(tx, accountId, customerId);
    if (!customer || customer.deleteTime != null || customer.suspendTime != null) return;
    customer.suspendTime = at;
    customer.suspendReason = reason;
    customer.suspendInvoiceId = invoiceId;
    await this.events.suspended(tx, customer, { reason, invoiceId, sinceTimeInMillis: at });
  }

  async resume(tx: Transaction, accountId: string, customerId: string, at: number): Promise<void> {
    const customer = await this.customers.findForUpdate(tx, accountId, customerId);
    if (customer?.suspendTime == null) return;
    const sinceTimeInMillis = customer.suspendTime;
    customer.suspendTime = null;
    customer.suspendReason = null;
    customer.suspendInvoiceId = null;
    await this.events.resumed(tx, customer, { sinceTimeInMillis, endTimeInMillis: at });
  }
}
