import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox, type DomainEvent } from '../platform/outbox/outbox.js';
import { payable, type Invoice, type PaymentStatus } from './invoice.entity.js';

/** What people recorded outside any provider. */
interface RecordedFact {
  readonly systemName: string;
  readonly paymentId: string;
  readonly amount: bigint;
}

/** A status or its reason that has changed; `from` is the status before. */
export interface PaymentStatusChange {
  readonly invoice: Invoice;
  readonly from: PaymentStatus;
}

/** Those who follow refunds, credit notes and money taken twice listen to it. */
export const INVOICE_AMOUNTS_CHANGED = 'invoice.amounts_changed';
/** There is a document that the customer can be shown, or instructions by which to pay. */
export const INVOICE_ISSUED = 'invoice.issued';

/** `invoice.<price status>` when it turns, `invoice.<payment status>` when that changes. */
@Injectable()
export class InvoiceEvents {
  constructor(private readonly outbox: Outbox) {}

  /** In their order. */
  priceStatusesChanged(tx: Transaction, invoices: readonly Invoice[]): Promise<void> {
    return this.outbox.recordMany(tx, invoices.map(turned));
  }

  /** In their order. */
  paymentStatusesChanged(tx: Transaction, changes: readonly PaymentStatusChange[]): Promise<void> {
    return this.outbox.recordMany(tx, changes.map(paymentStatusChanged));
  }

  /** Each as it was locked, and then what that made of its payment. @param locked from `turned` */
  locked(tx: Transaction, locked: readonly DomainEvent[], changes: readonly PaymentStatusChange[]): Promise<void> {
    const changeOf = new Map(changes.map((change) => [change.invoice.id, change]));
    return this.outbox.recordMany(
      tx,
      locked.flatMap((event) => {
        const change = changeOf.get(event.objectId);
        return change ? [event, paymentStatusChanged(change)] : [event];
      }),
    );
  }

  /** Without a document: the customer knows from now on how to pay. */
  instructed(tx: Transaction, invoice: Invoice): Promise<void> {
    return this.outbox.record(tx, issued(invoice));
  }

  paymentRecorded(tx: Transaction, invoice: Invoice, payment: RecordedFact): Promise<void> {
    return this.#record(tx, invoice, 'invoice.payment_recorded', recordedData(invoice, payment));
  }

  paymentReversed(tx: Transaction, invoice: Invoice, payment: RecordedFact): Promise<void> {
    return this.#record(tx, invoice, 'invoice.payment_reversed', recordedData(invoice, payment));
  }

  /** Usage of a locked period came or was corrected; these bill it. */
  lateUsage(tx: Transaction, invoice: Invoice, adjustments: readonly Invoice[]): Promise<void> {
    return this.outbox.recordMany(tx, adjustments.flatMap((adjustment) => [eventOf(invoice, 'invoice.late_usage', { adjustmentId: adjustment.id }), turned(adjustment)]));
  }

  lockFailed(tx: Transaction, invoice: Invoice, code: string): Promise<void> {
    return this.#record(tx, invoice, 'invoice.lock_failed', { code });
  }

  /** What a look at the provider has shown, in its order: see the functions below. */
  observed(tx: Transaction, events: readonly DomainEvent[]): Promise<void> {
    return this.outbox.recordMany(tx, events);
  }

  retriesEnded(tx: Transaction, invoice: Invoice, data: { retries: number; afterRetries: string }): Promise<void> {
    return this.#record(tx, invoice, 'invoice.retries_ended', data);
  }

  /** @param totalBefore minor units */
  edited(tx: Transaction, invoice: Invoice, kind: string, totalBefore: string): Promise<void> {
    return this.#record(tx, invoice, 'invoice.edited_at_provider', { kind, previousTotal: { amountInMinorUnits: totalBefore, currency: invoice.currency } });
  }

  #record(tx: Transaction, invoice: Invoice, type: string, more: Record<string, unknown>): Promise<void> {
    return this.outbox.record(tx, eventOf(invoice, type, more));
  }
}

export function turned(invoice: Invoice): DomainEvent {
  return eventOf(invoice, `invoice.${invoice.priceStatus}`, {});
}

/** A document was finalized: once for each, a revision at the provider too. */
export function issued(invoice: Invoice): DomainEvent {
  return eventOf(invoice, INVOICE_ISSUED, { providerInvoiceId: invoice.providerInvoiceId ?? null });
}

/** As the invoice is now. */
export function paymentStatusChanged({ invoice, from }: PaymentStatusChange): DomainEvent {
  return eventOf(invoice, `invoice.${invoice.paymentStatus}`, { previousPaymentStatus: from });
}

/** More went back, was credited, or came in than was known; the status stays what it is. */
export function amountsChanged(invoice: Invoice): DomainEvent {
  const { amountPaid, amountRefunded, amountCredited, amountOverpaid } = invoice;
  const texts = Object.entries({ amountPaid, amountRefunded, amountCredited, amountOverpaid }).map(([name, amount]) => [name, amount.toString()]);
  return eventOf(invoice, INVOICE_AMOUNTS_CHANGED, Object.fromEntries(texts) as Record<string, string>);
}

export function paymentDisputed(invoice: Invoice, providerPaymentId: string): DomainEvent {
  return eventOf(invoice, 'invoice.payment_disputed', { providerPaymentId, connectionId: invoice.connectionId ?? null });
}

function eventOf(invoice: Invoice, type: string, more: Record<string, unknown>): DomainEvent {
  return {
    accountId: invoice.accountId,
    type,
    objectType: 'invoice',
    objectId: invoice.id,
    data: {
      customerId: invoice.customerId,
      number: invoice.number ?? null,
      priceStatus: invoice.priceStatus,
      paymentStatus: invoice.paymentStatus,
      paymentStatusReason: invoice.paymentStatusReason ?? null,
      paymentStatusMessage: invoice.paymentStatusMessage ?? null,
      providerStatus: invoice.providerStatus ?? null,
      total: { amountInMinorUnits: payable(invoice).toString(), currency: invoice.currency },
      hostedUrl: invoice.hostedUrl ?? null,
      ...more,
    },
  };
}

function recordedData(invoice: Invoice, { systemName, paymentId, amount }: RecordedFact): Record<string, unknown> {
  const money = (minorUnits: bigint) => ({ amountInMinorUnits: minorUnits.toString(), currency: invoice.currency });
  return {
    systemName,
    paymentId,
    amount: money(amount),
    amountOpen: money(invoice.amountOpen),
    amountSurplus: money(invoice.amountSurplus),
    amountReversed: money(invoice.amountReversed),
  };
}
