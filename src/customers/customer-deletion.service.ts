import { Injectable } from '@nestjs/common';
import { invalid, notFound } from '@tollkeeper/kernel';
import { Database } from '../platform/database/database.js';
import { CustomerDeletionGuards } from './customer-deletion-guards.js';
import { CustomerRecords } from './customer-records.js';
import type { Customer } from './customer.entity.js';

const FORCES = ['final_invoice'];

/** Customers who leave: nothing is deleted at a provider, their invoices and usage stay, and the id stays taken. */
@Injectable()
export class CustomerDeletion {
  constructor(
    private readonly database: Database,
    private readonly records: CustomerRecords,
    private readonly guards: CustomerDeletionGuards,
  ) {}

  /**
   * @param force `final_invoice` bills now what is not billed yet, and does not wait until what is billed is paid; null: refused while there is anything of both
   * @throws DomainError `customer_not_found`, `customer_in_use` naming what is unfinished, `invalid_query`
   */
  async delete(accountId: string, customerId: string, force: string | null): Promise<Customer> {
    if (force !== null && !FORCES.includes(force)) throw invalid('invalid_query', `The query parameter force must be ${FORCES.join(' or ')}.`);
    if (force === null) return this.database.transaction((tx) => this.records.delete(tx, accountId, customerId));
    if (!(await this.records.exists(this.database.reader(), accountId, customerId))) throw notFound('customer', customerId);
    await this.guards.billFinally(accountId, customerId);
    return this.database.transaction((tx) => this.records.delete(tx, accountId, customerId, true));
  }
}
