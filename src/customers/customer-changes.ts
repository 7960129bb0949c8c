import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { CustomerDeletionGuards } from './customer-deletion-guards.js';
import { LinkState } from './customer-link-state.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import type { Customer } from './customer.entity.js';
import { CustomerEvents } from './customers.events.js';
import { UpdateCustomerHandler } from './update-customer.handler.js';

/** What else happens when a customer changes, in the transaction in which it changes. */
@Injectable()
export class CustomerChanges {
  constructor(
    private readonly guards: CustomerDeletionGuards,
    private readonly links: CustomerLinkRepository,
    private readonly state: LinkState,
    private readonly events: CustomerEvents,
    private readonly updates: UpdateCustomerHandler,
  ) {}

  created(tx: Transaction, customer: Customer): Promise<void> {
    return this.events.created(tx, customer);
  }

  async replaced(tx: Transaction, customer: Customer, { detailsChanged }: { detailsChanged: boolean }): Promise<void> {
    if (detailsChanged) await this.updates.planFor(tx, customer);
    await this.events.updated(tx, customer);
  }

  /** Ends what the customer would go on with. */
  async leave(tx: Transaction, customer: Customer): Promise<void> {
    await this.guards.leave(tx, customer);
  }

  reasonsAgainstDeletion(tx: Transaction, customer: Customer, isForced: boolean): Promise<string[]> {
    return this.guards.reasons(tx, customer, isForced);
  }

  async deleted(tx: Transaction, customer: Customer): Promise<void> {
    for (const link of await this.links.history(tx, customer)) {
      if (link.status === 'pending' || link.status === 'linked') await this.state.end(tx, link);
    }
    await this.events.deleted(tx, customer);
  }
}
