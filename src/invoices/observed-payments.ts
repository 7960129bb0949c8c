import { Injectable } from '@nestjs/common';
import type { ProviderPayment } from '@tollkeeper/payment-provider';
import type { Transaction } from '../platform/database/database.js';
import { EntityRows } from '../platform/database/entity-rows.js';
import { sql } from '../platform/database/sql.js';
import { InvoicePayment } from './invoice-payment.entity.js';
import type { Invoice } from './invoice.entity.js';

/** What is recorded already, of the payments that it makes a difference for. */
export interface KnownPayments {
  isKnownToHaveSucceeded(invoiceId: string, providerPaymentId: string): boolean;
  isKnownToBeDisputed(invoiceId: string, providerPaymentId: string): boolean;
}

export interface ObservedPayment {
  readonly invoice: Invoice;
  readonly payment: ProviderPayment;
  /** Process time at which the request for what shows it was started. */
  readonly requestStart: number;
}

interface KnownRow {
  readonly invoice_id: string;
  readonly provider_payment_id: string;
  readonly status: string;
  readonly is_disputed: boolean;
}

/** What another look may show otherwise. */
const CHANGING = ['status', 'amount', 'amount_refunded', 'is_disputed', 'failure_code', 'decline_code', 'failure_message', 'payment_method_id', 'next_action_url', 'card', 'provider_create_time', 'observed_at', 'update_time'];
const ON_CONFLICT = `on conflict (invoice_id, provider_payment_id) do update set ${CHANGING.map((name) => `${name} = excluded.${name}`).join(', ')}`;

/** The payments of documents, for many of them at once. All methods join a transaction that holds the invoices' row locks. */
@Injectable()
export class ObservedPayments {
  /** @param invoiceIds none of which need be asked for: then nothing is known, and nothing read */
  async known(tx: Transaction, invoiceIds: readonly string[]): Promise<KnownPayments> {
    const rows = invoiceIds.length === 0 ? [] : await sql<KnownRow>(tx, 'select invoice_id, provider_payment_id, status, is_disputed from invoice_payment where invoice_id = any($1)', [invoiceIds]);
    const keys = (of: (row: KnownRow) => boolean): Set<string> => new Set(rows.filter(of).map((row) => keyOf(row.invoice_id, row.provider_payment_id)));
    const [succeeded, disputed] = [keys(({ status }) => status === 'succeeded'), keys(({ is_disputed: isDisputed }) => isDisputed)];
    return {
      isKnownToHaveSucceeded: (invoiceId, paymentId) => succeeded.has(keyOf(invoiceId, paymentId)),
      isKnownToBeDisputed: (invoiceId, paymentId) => disputed.has(keyOf(invoiceId, paymentId)),
    };
  }

  async store(tx: Transaction, observed: readonly ObservedPayment[], now: number): Promise<void> {
    const rows = new Map(observed.map((one) => [keyOf(one.invoice.id, one.payment.id), rowOf(one, now)]));
    await new EntityRows(tx, InvoicePayment).insert([...rows.values()], ON_CONFLICT);
  }
}

function keyOf(invoiceId: string, providerPaymentId: string): string {
  return `${invoiceId} ${providerPaymentId}`;
}

function rowOf({ invoice, payment, requestStart }: ObservedPayment, now: number): InvoicePayment {
  return {
    invoiceId: invoice.id,
    providerPaymentId: payment.id,
    accountId: invoice.accountId,
    status: payment.status,
    amount: payment.amount,
    amountRefunded: payment.amountRefunded,
    isDisputed: payment.isDisputed,
    failureCode: payment.failure?.code ?? null,
    declineCode: payment.failure?.declineCode ?? null,
    failureMessage: payment.failure?.message ?? null,
    paymentMethodId: payment.paymentMethodId,
    nextActionUrl: payment.nextActionUrl,
    card: payment.card,
    providerCreateTime: payment.createTimeInMillis,
    observedAt: requestStart,
    createTime: now,
    updateTime: now,
  };
}
