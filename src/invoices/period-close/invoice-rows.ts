import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { insertMany, updateMany, type Columns, type Row } from '../../platform/database/many-rows.js';
import { Invoice } from '../invoice.entity.js';
import type { InvoiceLine } from '../invoice-line.entity.js';

/** Where a walk over what is due has come to. */
export interface DuePlace {
  readonly id: string;
  readonly dueAt: number;
}

/** Invoices by the thousand, read without the ORM's identity map and written in one statement: what changes of one is changed in memory and then written. */
@Injectable()
export class InvoiceRows {
  /** In the order in which they are turned and numbered. */
  async due(reader: Transaction, accountId: string, asOf: number, after: DuePlace | null, limit: number): Promise<DuePlace[]> {
    const rows = await reader.getConnection().execute<{ id: string; due_at: string }[]>(
      'select id, due_at from invoice where account_id = ? and due_at <= ? and (due_at, id) > (?, ?) order by due_at, id limit ?',
      [accountId, asOf, after?.dueAt ?? Number.MIN_SAFE_INTEGER, after?.id ?? '', limit],
    );
    return rows.map(({ id, due_at }) => ({ id, dueAt: Number(due_at) }));
  }

  /** In the order of the ids. Changes of them are not noticed. */
  async read(reader: Transaction, ids: readonly string[]): Promise<Invoice[]> {
    return inOrder(ids, await reader.find(Invoice, { id: { $in: [...ids] } }, { disableIdentityMap: true }));
  }

  /** As `read`, locked until the transaction ends. */
  async lock(tx: Transaction, ids: readonly string[]): Promise<Invoice[]> {
    return inOrder(ids, await tx.find(Invoice, { id: { $in: [...ids] } }, { disableIdentityMap: true, lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } }));
  }

  /** The rows of their customers, before their own: see the lock order in docs/architecture.md. */
  async lockCustomers(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.getConnection().execute(
      `select 1 from customer where (account_id, customer_id) in (select account_id, customer_id from invoice where id in (select json_array_elements_text(?::json)))
       order by account_id, customer_id for no key update`,
      [JSON.stringify(ids)],
      'all',
      tx.getTransactionContext(),
    );
  }

  /** What closing a period changes of them. */
  write(tx: Transaction, invoices: readonly Invoice[]): Promise<void> {
    return updateMany(tx, 'invoice', CHANGING, invoices.map(changingRow));
  }

  /** @returns those that were not there already, with the same assignment and period */
  async create(tx: Transaction, invoices: readonly Invoice[]): Promise<Invoice[]> {
    await insertMany(tx, 'invoice', { ...FIXED, ...CHANGING }, invoices.map((invoice) => ({ ...fixedRow(invoice), ...changingRow(invoice) })), 'on conflict do nothing');
    const created = await tx.getConnection().execute<{ id: string }[]>('select id from invoice where id in (select json_array_elements_text(?::json))', [JSON.stringify(invoices.map(({ id }) => id))], 'all', tx.getTransactionContext());
    const ids = new Set(created.map(({ id }) => id));
    return invoices.filter(({ id }) => ids.has(id));
  }

  writeLines(tx: Transaction, lines: readonly InvoiceLine[]): Promise<void> {
    return insertMany(tx, 'invoice_line', LINE, lines.map(lineRow));
  }
}

function inOrder(ids: readonly string[], invoices: readonly Invoice[]): Invoice[] {
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  return ids.map((id) => byId.get(id)).filter((invoice) => invoice !== undefined);
}

const FIXED: Columns = { account_id: 'text', customer_id: 'text', plan_id: 'text', assignment_id: 'text', kind: 'text', currency: 'text', period_start_in_millis: 'bigint', period_end_in_millis: 'bigint', create_time: 'bigint' };

function fixedRow(invoice: Invoice): Row {
  const { accountId, customerId, planId, assignmentId, kind, currency, periodStartInMillis, periodEndInMillis, createTime } = invoice;
  return { account_id: accountId, customer_id: customerId, plan_id: planId, assignment_id: assignmentId, kind, currency, period_start_in_millis: periodStartInMillis, period_end_in_millis: periodEndInMillis, create_time: createTime };
}

const CHANGING: Columns = {
  id: 'text',
  price_status: 'text',
  grace_end_in_millis: 'bigint',
  due_at: 'bigint',
  connection_id: 'text',
  provider_name: 'text',
  provider_customer_id: 'text',
  number: 'text',
  subtotal: 'bigint',
  total: 'bigint',
  amount_due: 'bigint',
  amount_open: 'bigint',
  payment_status: 'text',
  payment_status_reason: 'text',
  payment_status_message: 'text',
  hand_over: 'text',
  hand_over_time: 'bigint',
  lock_time: 'bigint',
  lock_watermark: 'text',
  collection_offset: 'bigint',
  update_time: 'bigint',
};

function changingRow(invoice: Invoice): Row {
  return {
    id: invoice.id,
    price_status: invoice.priceStatus,
    grace_end_in_millis: invoice.graceEndInMillis,
    due_at: invoice.dueAt,
    connection_id: invoice.connectionId,
    provider_name: invoice.providerName,
    provider_customer_id: invoice.providerCustomerId,
    number: invoice.number,
    subtotal: invoice.subtotal.toString(),
    total: invoice.total.toString(),
    amount_due: invoice.amountDue.toString(),
    amount_open: invoice.amountOpen.toString(),
    payment_status: invoice.paymentStatus,
    payment_status_reason: invoice.paymentStatusReason,
    payment_status_message: invoice.paymentStatusMessage,
    hand_over: invoice.handOver,
    hand_over_time: invoice.handOverTime,
    lock_time: invoice.lockTime,
    lock_watermark: invoice.lockWatermark,
    collection_offset: invoice.collectionOffset,
    update_time: invoice.updateTime,
  };
}

const LINE: Columns = {
  id: 'text',
  account_id: 'text',
  invoice_id: 'text',
  position: 'integer',
  kind: 'text',
  product_item_id: 'text',
  price_id: 'text',
  price_version: 'integer',
  period_start_in_millis: 'bigint',
  period_end_in_millis: 'bigint',
  meter_api_name: 'text',
  description: 'text',
  quantity: 'numeric',
  unit_price_text: 'text',
  exact_amount: 'text',
  amount: 'bigint',
  tiers: 'jsonb',
};

function lineRow(line: InvoiceLine): Row {
  return {
    id: line.id,
    account_id: line.accountId,
    invoice_id: line.invoiceId,
    position: line.position,
    kind: line.kind,
    product_item_id: line.productItemId,
    price_id: line.priceId,
    price_version: line.priceVersion,
    period_start_in_millis: line.periodStartInMillis,
    period_end_in_millis: line.periodEndInMillis,
    meter_api_name: line.meterApiName,
    description: line.description,
    quantity: line.quantity.toString(),
    unit_price_text: line.unitPriceText,
    exact_amount: line.exactAmount,
    amount: line.amount.toString(),
    tiers: line.tiers,
  };
}
