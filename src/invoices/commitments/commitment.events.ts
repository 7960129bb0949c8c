import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox, type DomainEvent } from '../../platform/outbox/outbox.js';
import type { HeldTerm } from './commitment-rows.js';
import type { Commitment } from './commitment.entity.js';

/** `commitment.created`, `.drawn`, `.term_settled` and `.ended`. */
@Injectable()
export class CommitmentEvents {
  constructor(private readonly outbox: Outbox) {}

  created(tx: Transaction, commitment: Commitment): Promise<void> {
    return this.outbox.record(tx, changed(commitment, 'commitment.created'));
  }

  /** By a person, or because the customer left. */
  ended(tx: Transaction, commitment: Commitment): Promise<void> {
    return this.outbox.record(tx, changed(commitment, 'commitment.ended'));
  }

  /** Their terms are over, and what was missing is billed. */
  settled(tx: Transaction, terms: readonly HeldTerm[]): Promise<void> {
    return this.outbox.recordMany(tx, terms.map((term) => ofTerm(term, 'commitment.term_settled')));
  }

  /** More was taken off invoices because it is paid, or less is. */
  drawn(tx: Transaction, terms: readonly HeldTerm[]): Promise<void> {
    return this.outbox.recordMany(tx, terms.map((term) => ofTerm(term, 'commitment.drawn')));
  }
}

function changed({ accountId, id, customerId, name, kind, amount, currency, startInMillis, endInMillis, isTrueUpWaived, purchaseInvoiceId }: Commitment, type: string): DomainEvent {
  const data = { customerId, invoiceId: purchaseInvoiceId ?? null, name, kind, amount: moneyOf(amount, currency), startTimeInMillis: startInMillis, endTimeInMillis: endInMillis, isTrueUpWaived };
  return { accountId, type, objectType: 'commitment', objectId: id, data };
}

/** `invoiceId` is the invoice of what was paid in advance. */
function ofTerm({ accountId, commitment, customerId, startInMillis, endInMillis, currency, amount, used, trueUp, drawn }: HeldTerm, type: string): DomainEvent {
  const sums = { committed: moneyOf(amount, currency), used: moneyOf(used, currency), trueUp: moneyOf(trueUp, currency), drawn: moneyOf(drawn, currency) };
  const data = { customerId, invoiceId: commitment.purchaseInvoiceId ?? null, startTimeInMillis: startInMillis, endTimeInMillis: endInMillis, ...sums };
  return { accountId, type, objectType: 'commitment', objectId: commitment.id, data };
}

function moneyOf(amount: bigint, currency: string): object {
  return { amountInMinorUnits: amount.toString(), currency };
}
