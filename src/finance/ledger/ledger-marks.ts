import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PAYMENT_STATUSES } from '../../invoices/invoice.entity.js';
import { CREDIT_NOTE_STATUSES } from '../../payments/credit-notes/credit-note.entity.js';
import { DISPUTE_STATUSES } from '../../payments/disputes/dispute.entity.js';
import { REFUND_STATUSES } from '../../payments/refunds/refund.entity.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Outbox, type DomainEvent } from '../../platform/outbox/outbox.js';
import { LedgerBooking } from './ledger-booking.js';

/** Of the invoice itself. */
const INVOICE_EVENTS = ['price_locked', ...PAYMENT_STATUSES, 'amounts_changed', 'payment_recorded', 'payment_reversed', 'edited_at_provider', 'payment_disputed'].map((what) => `invoice.${what}`);

/** Of something that belongs to one. */
const OTHER_EVENTS = [
  ...REFUND_STATUSES.map((status) => `refund.${status}`),
  ...CREDIT_NOTE_STATUSES.map((status) => `credit_note.${status}`),
  ...[...DISPUTE_STATUSES, 'funds_withdrawn', 'funds_returned'].map((what) => `dispute.${what}`),
  ...['detected', 'dismissed', 'given_back', 'reopened'].map((what) => `payment.duplicate_${what}`),
];

/** Of what is left of one that is paid in advance. */
const COMMITMENT_EVENTS = ['drawn', 'term_settled', 'ended'].map((what) => `commitment.${what}`);

/** Books what has happened to an invoice in the transaction in which it happened, once at its end, however many events tell of it. */
@Injectable()
export class LedgerMarks implements OnModuleInit {
  readonly #marked = new WeakMap<Transaction, Set<string>>();

  constructor(
    private readonly outbox: Outbox,
    private readonly database: Database,
    private readonly booking: LedgerBooking,
  ) {}

  onModuleInit(): void {
    for (const type of INVOICE_EVENTS) this.outbox.subscribe(type, (tx, event) => this.#mark(tx, event.objectId));
    for (const type of OTHER_EVENTS) this.outbox.subscribe(type, (tx, event) => this.#mark(tx, invoiceOf(event)));
    // Those that are not paid in advance have no invoice.
    for (const type of COMMITMENT_EVENTS) this.outbox.subscribe(type, (tx, event) => (event.data['invoiceId'] == null ? Promise.resolve() : this.#mark(tx, invoiceOf(event))));
  }

  #mark(tx: Transaction, invoiceId: string): Promise<void> {
    const marked = this.#marked.get(tx);
    if (marked) {
      marked.add(invoiceId);
    } else {
      const first = new Set([invoiceId]);
      this.#marked.set(tx, first);
      this.database.beforeCommit(tx, () => this.booking.book(tx, [...first]));
    }
    return Promise.resolve();
  }
}

function invoiceOf({ data }: DomainEvent): string {
  return data['invoiceId'] as string;
}
