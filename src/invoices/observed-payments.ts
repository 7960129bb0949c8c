import { Injectable } from '@nestjs/common';
import type { ProviderPayment } from '@tollkeeper/payment-provider';
import type { Transaction } from '../platform/database/database.js';
import { insertMany, type Row } from '../platform/database/many-rows.js';
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

const COLUMNS = {
  invoice_id: 'text',
  provider_payment_id: 'text',
  account_id: 'text',
  status: 'text',
  amount: 'bigint',
  amount_refunded: 'bigint',
  is_disputed: 'boolean',
  failure_code: 'text',
  decline_code: 'text',
  failure_message: 'text',
  payment_method_id: 'text',
  next_action_url: 'text',
  card: 'jsonb',
  provider_create_time: 'bigint',
  observed_at: 'bigint',
  create_time: 'bigint',
  update_time: 'bigint',
};
const CHANGING = Object.keys(COLUMNS).filter((name) => !['invoice_id', 'provider_payment_id', 'account_id', 'create_time'].includes(name));
const ON_CONFLICT = `on conflict (invoice_id, provider_payment_id) do update set ${CHANGING.map((name) => `${name} = excluded.${name}`).join(', ')}`;

/** The payments of documents, for many of them at once. All methods join a transaction that holds the invoices' row locks. */
@Injectable()
export class ObservedPayments {
  /** @param invoiceIds none of which need be asked for: then nothing is known, and nothing read */
  async known(tx: Transaction, invoiceIds: readonly string[]): Promise<KnownPayments> {
    const sql = `select invoice_id, provider_payment_id, status, is_disputed from invoice_payment where invoice_id in (${invoiceIds.map(() => '?').join(', ')})`;
    const rows = invoiceIds.length === 0 ? [] : await tx.getConnection().execute<KnownRow[]>(sql, [...invoiceIds], 'all', tx.getTransactionContext());
    const keys = (of: (row: KnownRow) => boolean): Set<string> => new Set(rows.filter(of).map((row) => keyOf(row.invoice_id, row.provider_payment_id)));
    const [succeeded, disputed] = [keys(({ status }) => status === 'succeeded'), keys(({ is_disputed: isDisputed }) => isDisputed)];
    return {
      isKnownToHaveSucceeded: (invoiceId, paymentId) => succeeded.has(keyOf(invoiceId, paymentId)),
      isKnownToBeDisputed: (invoiceId, paymentId) => disputed.has(keyOf(invoiceId, paymentId)),
    };
  }

  async store(tx: Transaction, observed: readonly ObservedPayment[], now: number): Promise<void> {
    const rows = new Map(observed.map((one) => [keyOf(one.invoice.id, one.payment.id), rowOf(one, now)]));
    await insertMany(tx, 'invoice_payment', COLUMNS, [...rows.values()], ON_CONFLICT);
  }
}

function keyOf(invoiceId: string, providerPaymentId: string): string {
  return `${invoiceId} ${providerPaymentId}`;
}

function rowOf({ invoice, payment, requestStart }: ObservedPayment, now: number): Row {
  return {
    invoice_id: invoice.id,
    provider_payment_id: payment.id,
    account_id: invoice.accountId,
    status: payment.status,
    amount: payment.amount.toString(),
    amount_refunded: payment.amountRefunded.toString(),
    is_disputed: payment.isDisputed,
    failure_code: payment.failure?.code ?? null,
    decline_code: payment.failure?.declineCode ?? null,
    failure_message: payment.failure?.message ?? null,
    payment_method_id: payment.paymentMethodId,
    next_action_url: payment.nextActionUrl,
    card: payment.card,
    provider_create_time: payment.createTimeInMillis,
    observed_at: requestStart,
    create_time: now,
    update_time: now,
  };
}
