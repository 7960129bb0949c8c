import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { sql } from '../../platform/database/sql.js';
import { Invoice, type PriceStatus } from '../invoice.entity.js';
import { InvoiceLine } from '../invoice-line.entity.js';
import { InvoiceTax } from '../taxation/invoice-tax.entity.js';
import { FREEZE_PARTIES } from '../parties/live-parties.js';

/** Where a walk over what is due has come to. */
export interface DuePlace {
  readonly id: string;
  readonly dueAt: number;
  readonly priceStatus: PriceStatus;
}

/** What the end of its period changes of an invoice. */
const TURNING = ['priceStatus', 'graceEndInMillis', 'dueAt', 'connectionId', 'providerName', 'providerCustomerId', 'updateTime'] as const;
/** And what its lock does. */
const LOCKING = [
  'priceStatus',
  'dueAt',
  'connectionId',
  'providerName',
  'providerCustomerId',
  'number',
  'subtotal',
  'tax',
  'taxIncluded',
  'taxTreatment',
  'exchange',
  'total',
  'amountDue',
  'amountOpen',
  'paymentStatus',
  'paymentStatusReason',
  'paymentStatusMessage',
  'handOver',
  'handOverTime',
  'lockTime',
  'lockWatermark',
  'collectionOffset',
  'updateTime',
] as const;

/** Invoices by the thousand: what changes of one is changed in memory and then written. */
@Injectable()
export class InvoiceRows {
  /** In the order in which they are turned and numbered. */
  async due(reader: Transaction, accountId: string, asOf: number, after: DuePlace | null, limit: number): Promise<DuePlace[]> {
    const rows = await sql<{ id: string; due_at: string; price_status: PriceStatus }>(
      reader,
      'select id, due_at, price_status from invoice where account_id = $1 and due_at <= $2 and (due_at, id) > ($3, $4) order by due_at, id limit $5',
      [accountId, asOf, after?.dueAt ?? Number.MIN_SAFE_INTEGER, after?.id ?? '', limit],
    );
    return rows.map(({ id, due_at, price_status }) => ({ id, dueAt: Number(due_at), priceStatus: price_status }));
  }

  /** In the order of the ids. */
  async read(reader: Transaction, ids: readonly string[]): Promise<Invoice[]> {
    return inOrder(ids, await new EntityRows(reader, Invoice).find('id = any($1)', [ids]));
  }

  /** As `read`, locked until the transaction ends. */
  async lock(tx: Transaction, ids: readonly string[]): Promise<Invoice[]> {
    return inOrder(ids, await new EntityRows(tx, Invoice).find('id = any($1) order by id for update', [ids]));
  }

  /** The rows of their customers, before their own: see the lock order in docs/architecture.md. */
  async lockCustomers(tx: Transaction, ids: readonly string[]): Promise<void> {
    await sql(
      tx,
      `select 1 from customer where (account_id, customer_id) in (select account_id, customer_id from invoice where id = any($1)) order by account_id, customer_id for no key update`,
      [ids],
    );
  }

  /** Of those customers who have their invoices in a currency of their own. */
  async currencies(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await sql<{ customer_id: string; currency: string }>(tx, `select customer_id, billing ->> 'currency' as currency from customer where account_id = $1 and customer_id = any($2) and billing ? 'currency'`, [accountId, [...new Set(customerIds)]]);
    return new Map(rows.map(({ customer_id: customerId, currency }) => [customerId, currency]));
  }

  /** From which watermark on usage is to be looked through for what this transaction locks. */
  async noteLock(tx: Transaction, watermark: string): Promise<void> {
    await sql(tx, 'insert into late_usage_lock (watermark) values ($1)', [watermark]);
  }

  writeTurned(tx: Transaction, invoices: readonly Invoice[]): Promise<void> {
    return new EntityRows(tx, Invoice).update(invoices, TURNING);
  }

  writeLocked(tx: Transaction, invoices: readonly Invoice[]): Promise<void> {
    return new EntityRows(tx, Invoice).update(invoices, LOCKING);
  }

  /** @returns those that were not there already, with the same assignment and period */
  async create(tx: Transaction, invoices: readonly Invoice[]): Promise<Invoice[]> {
    const created = await new EntityRows(tx, Invoice).insert<{ id: string }>(invoices, 'on conflict do nothing returning id');
    const ids = new Set(created.map(({ id }) => id));
    return invoices.filter(({ id }) => ids.has(id));
  }

  async writeLines(tx: Transaction, lines: readonly InvoiceLine[]): Promise<void> {
    await new EntityRows(tx, InvoiceLine).insert(lines);
  }

  async writeTaxes(tx: Transaction, taxes: readonly InvoiceTax[]): Promise<void> {
    await new EntityRows(tx, InvoiceTax).insert(taxes);
  }

  /** Keeps who they are from and to, as it stands at this moment. */
  async freezeParties(tx: Transaction, invoices: readonly Invoice[]): Promise<void> {
    await sql(tx, FREEZE_PARTIES, [invoices.map(({ id }) => id)]);
  }
}

function inOrder(ids: readonly string[], invoices: readonly Invoice[]): Invoice[] {
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  return ids.map((id) => byId.get(id)).filter((invoice) => invoice !== undefined);
}
