import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { insertMany, type Column } from '../../platform/database/many-rows.js';
import { together } from '../../platform/database/together.js';
import { BookedMonths } from '../months/booked-months.js';
import type { NewEntry } from './booked-difference.js';

/** What an entry is about; what providers take and pay out is of no invoice. */
export interface EntrySubject {
  readonly accountId: string;
  readonly customerId: string | null;
  readonly invoiceId: string | null;
  readonly currency: string;
}

const ENTRY = { id: 'text', account_id: 'text', customer_id: 'text', invoice_id: 'text', kind: 'text', fact: 'text', currency: 'text', fact_time: 'bigint', book_time: 'bigint', is_moved: 'boolean', create_time: 'bigint' };
const POSTING = { entry_id: 'text', ledger_account: 'text', amount: 'bigint', account_id: 'text', customer_id: 'text', invoice_id: 'text', currency: 'text', book_time: 'bigint' };

/** Rows of the ledger, however many, by two statements. */
@Injectable()
export class LedgerEntries {
  constructor(
    private readonly months: BookedMonths,
    private readonly clock: ProcessClock,
  ) {}

  async add(tx: Transaction, entries: readonly (NewEntry & { readonly subject: EntrySubject })[]): Promise<void> {
    if (entries.length === 0) return;
    const closedUntil = await this.months.closedUntil(tx, [...new Set(entries.map(({ subject }) => subject.accountId))]);
    const written = entries.map(({ subject, ...entry }) => this.#rowsOf(subject, entry, closedUntil.get(subject.accountId) ?? 0));
    await together(
      () => insertMany(tx, 'ledger_entry', columnsOf(ENTRY, written.map(({ entry }) => entry))),
      () => insertMany(tx, 'ledger_posting', columnsOf(POSTING, written.flatMap(({ postings }) => postings))),
    );
  }

  /** What would change a closed month goes to the first instant that is open, and says so. */
  #rowsOf({ accountId, customerId, invoiceId, currency }: EntrySubject, { key, kind, factTimeInMillis, postings }: NewEntry, closedUntil: number) {
    const now = this.clock.now();
    const id = newId('jen', now);
    const common = { account_id: accountId, customer_id: customerId, invoice_id: invoiceId, currency, book_time: Math.max(factTimeInMillis, closedUntil) };
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
