import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FirstTimeCustomers } from '../../discounts/first-time-customers.js';
import { InvoiceDiscounts } from '../../discounts/application/invoice-discounts.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Outbox, type DomainEvent } from '../../platform/outbox/outbox.js';
import { CommitmentEvents } from '../commitments/commitment.events.js';
import { CommitmentRows } from '../commitments/commitment-rows.js';

/** What invoices mean to discounts and commitments beside what is on them: a voided one gives back, and who has been billed is no first-time customer. */
@Injectable()
export class ReturnedDeductions implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly discounts: InvoiceDiscounts,
    private readonly commitments: CommitmentRows,
    private readonly commitmentEvents: CommitmentEvents,
    private readonly firstTime: FirstTimeCustomers,
    private readonly clock: ProcessClock,
  ) {}

  onModuleInit(): void {
    this.outbox.subscribeToMany('invoice.not_needed', (tx, events) => this.#giveBack(tx, events));
    this.firstTime.register((tx, accountId, customerId) => this.#hasBeenBilled(tx, accountId, customerId));
  }

  /** Nothing payable is no news here: what a discount made of it stays used. */
  async #giveBack(tx: Transaction, events: readonly DomainEvent[]): Promise<void> {
    const voided = events.filter(({ data }) => data['paymentStatusReason'] === 'voided').map(({ objectId }) => objectId);
    if (voided.length === 0) return;
    await this.discounts.giveBack(tx, voided);
    const terms = await this.commitments.giveBack(tx, voided, this.clock.now());
    await this.commitmentEvents.drawn(tx, terms.filter(({ commitment }) => commitment.kind === 'prepaid'));
  }

  async #hasBeenBilled(tx: Transaction, accountId: string, customerId: string): Promise<boolean> {
    const [billed] = await sql<{ id: string }>(
      tx,
      `select id from invoice where account_id = $1 and customer_id = $2 and price_status = 'price_locked' and total > 0 and payment_status_reason is distinct from 'voided' limit 1`,
      [accountId, customerId],
    );
    return billed !== undefined;
  }
}
