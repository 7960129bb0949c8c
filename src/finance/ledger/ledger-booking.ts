import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { insertMany, type Column } from '../../platform/database/many-rows.js';
import { BookedMonths } from '../months/booked-months.js';
import { differenceOf, type NewEntry } from './booked-difference.js';
import { factsOfInvoice } from './facts-of-invoice.js';
import type { InvoiceRows } from './invoice-facts.js';
import { LedgerSource } from './ledger-source.js';

const ENTRY = { id: 'text', account_id: 'text', customer_id: 'text', invoice_id: 'text', kind: 'text', fact: 'text', currency: 'text', fact_time: 'bigint', book_time: 'bigint', is_moved: 'boolean', create_time: 'bigint' };
const POSTING = { entry_id: 'text', ledger_account: 'text', amount: 'bigint', account_id: 'text', customer_id: 'text', invoice_id: 'text', currency: 'text', book_time: 'bigint' };

/** Brings the ledger in line with invoices: what it does not show yet is booked, what it shows already is not booked again. */
@Injectable()
export class LedgerBooking {
  constructor(
    private readonly source: LedgerSource,
    private readonly months: BookedMonths,
    private readonly clock: ProcessClock,
  ) {}

  /**
   * Joins a transaction that holds the row locks of the invoices.
   * @param isEarlier of invoices that were locked before there was a ledger
   */
  async book(tx: Transaction, invoiceIds: readonly string[], isEarlier = false): Promise<void> {
    await tx.flush();
    const invoices = await this.source.read(tx, invoiceIds, this.clock.now(), isEarlier);
    const changes = invoices.map(({ rows, booked }) => ({ rows, entries: differenceOf(rows, factsOfInvoice(rows), booked) })).filter(({ entries }) => entries.length > 0);
    if (changes.length === 0) return;
    const closedUntil = await this.months.closedUntil(tx, [...new Set(changes.map(({ rows }) => rows.accountId))]);
    const written = changes.flatMap(({ rows, entries }) => entries.map((entry) => this.#rowsOf(rows, entry, closedUntil.get(rows.accountId) ?? 0)));
    await insertMany(tx, 'ledger_entry', columnsOf(ENTRY, written.map(({ entry }) => entry)));
    await insertMany(tx, 'ledger_posting', columnsOf(POSTING, written.flatMap(({ postings }) => postings)));
  }

  /** What would change a closed month goes to the first instant that is open, and says so. */
  #rowsOf(rows: InvoiceRows, { key, kind, factTimeInMillis, postings }: NewEntry, closedUntil: number) {
    const now = this.clock.now();
    const id = newId('jen', now);
    const common = { account_id: rows.accountId, customer_id: rows.customerId, invoice_id: rows.id, currency: rows.currency, book_time: Math.max(factTimeInMillis, closedUntil) };
    return {
      entry: { id, ...common, kind, fact: key, fact_time: factTimeInMillis, is_moved: factTimeInMillis < closedUntil, create_time: now },
      postings: postings.map(([account, amount]) => ({ entry_id: id, ledger_account: account, amount: amount.toString(), ...common })),
    };
  }
}

/** @param types PostgreSQL's, by column */
function columnsOf<Name extends string>(types: Readonly<Record<Name, string>>, rows: readonly Readonly<Record<Name, unknown>>[]): Column[] {
  return (Object.keys(types) as Name[]).map((name) => ({ name, type: types[name], values: rows.map((row) => row[name]) }));
}
