import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { Invoice } from './invoice.entity.js';

/** What people recorded outside any provider. */
interface RecordedFact {
  readonly systemName: string;
  readonly paymentId: string;
  readonly amount: bigint;
}

/** Those who follow refunds, credit notes and money taken twice listen to it. */
export const INVOICE_AMOUNTS_CHANGED = 'invoice.amounts_changed';

/** `invoice.<price status>` when it turns, `invoice.<payment status>` when that changes. */
@Injectable()
export class InvoiceEvents {
  constructor(private readonly outbox: Outbox) {}

  priceStatusChanged(tx: Transaction, invoice: Invoice): Promise<void> {
    return this.#record(tx, invoice, `invoice.${invoice.priceStatus}`, {});
  }

  paymentStatusChanged(tx: Transaction, invoice: Invoice, from: string): Promise<void> {
    return this.#record(tx, invoice, `invoice.${invoice.paymentStatus}`, { previousPaymentStatus: from });
  }

  paymentRecorded(tx: Transaction, invoice: Invoice, payment: RecordedFact): Promise<void> {
    return this.#record(tx, invoice, 'invoice.payment_recorded', recordedData(invoice, payment));
  }

  paymentReversed(tx: Transaction, invoice: Invoice, payment: RecordedFact): Promise<void> {
    return this.#record(tx, invoice, 'invoice.payment_reversed', recordedData(invoice, payment));
  }

  /** More went back, was credited, or came in than was known; the status stays what it is. */
  amountsChanged(tx: Transaction, invoice: Invoice): Promise<void> {
    const text = ({ amountPaid, amountRefunded, amountCredited, amountOverpaid }: Invoice) => ({
      amountPaid: amountPaid.toString(),
      amountRefunded: amountRefunded.toString(),
      amountCredited: amountCredited.toString(),
      amountOverpaid: amountOverpaid.toString(),
    });
    return this.#record(tx, invoice, INVOICE_AMOUNTS_CHANGED, text(invoice));
  }

  lockFailed(tx: Transaction, invoice: Invoice, code: string): Promise<void> {
    return this.#record(tx, invoice, 'invoice.lock_failed', { code });
  }

  paymentDisputed(tx: Transaction, invoice: Invoice, providerPaymentId: string): Promise<void> {
    return this.#record(tx, invoice, 'invoice.payment_disputed', { providerPaymentId, connectionId: invoice.connectionId ?? null });
  }

  retriesEnded(tx: Transaction, invoice: Invoice, data: { retries: number; afterRetries: string }): Promise<void> {
    return this.#record(tx, invoice, 'invoice.retries_ended', data);
  }

  /** @param totalBefore minor units */
  edited(tx: Transaction, invoice: Invoice, kind: string, totalBefore: string): Promise<void> {
    return this.#record(tx, invoice, 'invoice.edited_at_provider', { kind, previousTotal: { amountInMinorUnits: totalBefore, currency: invoice.currency } });
  }

  #record(tx: Transaction, invoice: Invoice, type: string, more: Record<string, unknown>): Promise<void> {
    return this.outbox.record(tx, {
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
        total: { amountInMinorUnits: invoice.total.toString(), currency: invoice.currency },
        hostedUrl: invoice.hostedUrl ?? null,
        ...more,
      },
    });
  }
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
