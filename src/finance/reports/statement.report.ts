import { Injectable } from '@nestjs/common';
import { invalid, notFound } from '@tollkeeper/kernel';
import { CustomersService } from '../../customers/customers.service.js';
import { Database } from '../../platform/database/database.js';
import type { EntryKind } from '../ledger/invoice-facts.js';
import { CUSTOMER_ACCOUNTS } from '../ledger/ledger-accounts.js';
import { sqlList } from './account-list.js';
import { ReportReader } from './report-reader.js';

export interface StatementQuery {
  readonly customerId: string;
  readonly currency: string | null;
  /** Null: from the beginning. */
  readonly startTimeInMillis: number | null;
  /** Null: until now, by the account's clock. */
  readonly endTimeInMillis: number | null;
}

export interface StatementLine {
  readonly entryId: string;
  readonly timeInMillis: number;
  readonly kind: EntryKind;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  /** What it changes in what the customer owes. */
  readonly change: bigint;
  /** Money that came in; negative where it went back. */
  readonly money: bigint;
  readonly balance: bigint;
}

export interface CurrencyStatement {
  readonly currency: string;
  readonly openingBalance: bigint;
  readonly closingBalance: bigint;
  readonly lines: readonly StatementLine[];
}

export interface Statement {
  readonly customerId: string;
  readonly startTimeInMillis: number;
  readonly endTimeInMillis: number;
  readonly currencies: readonly CurrencyStatement[];
}

interface Row {
  readonly id: string;
  readonly book_time: string;
  readonly kind: EntryKind;
  readonly invoice_id: string | null;
  readonly number: string | null;
  readonly currency: string;
  readonly change: string;
  readonly money: string;
}

/** A page that nobody can read any more; a shorter time or the journal is what is wanted then. */
const MOST_LINES = 10_000;

/** What a customer owed at the start, all that happened, and what is owed at the end; a positive balance is owed by the customer. */
@Injectable()
export class StatementReport {
  constructor(
    private readonly reader: ReportReader,
    private readonly database: Database,
    private readonly customers: CustomersService,
  ) {}

  /** @throws DomainError `customer_not_found`, `invalid_time_range`, `statement_too_long` */
  async read(accountId: string, query: StatementQuery): Promise<Statement> {
    const { customerId, currency } = query;
    // A customer who has left still has a statement.
    if (!(await this.customers.find(this.database.reader(), accountId, customerId))) throw notFound('customer', customerId);
    const start = query.startTimeInMillis ?? 0;
    const end = query.endTimeInMillis ?? (await this.reader.now(accountId)) + 1;
    if (start >= end) throw invalid('invalid_time_range', 'startTimeInMillis must be earlier than endTimeInMillis.');
    const opening = await this.reader.rows<{ currency: string; amount: string }>(
      `select currency, sum(amount) as amount from ledger_posting where account_id = $1 and customer_id = $2 and ($3::text is null or currency = $3) and book_time < $4 and ledger_account in (${sqlList(CUSTOMER_ACCOUNTS)})
       group by currency`,
      [accountId, customerId, currency, start],
    );
    const lines = await this.reader.rows<Row>(
      `select e.id, e.book_time, e.kind, e.invoice_id, i.number, e.currency,
         coalesce(sum(g.amount) filter (where g.ledger_account in (${sqlList(CUSTOMER_ACCOUNTS)})), 0) as change,
         coalesce(sum(g.amount) filter (where g.ledger_account in (${sqlList(['provider_clearing', 'cash'])})), 0) as money
       from ledger_posting g join ledger_entry e on e.id = g.entry_id left join invoice i on i.id = e.invoice_id
       where g.account_id = $1 and g.customer_id = $2 and ($3::text is null or g.currency = $3) and g.book_time >= $4 and g.book_time < $5 and e.kind <> 'revenue'
       group by e.id, i.number order by e.currency, e.book_time, e.id limit ${MOST_LINES + 1}`,
      [accountId, customerId, currency, start, end],
    );
    if (lines.length > MOST_LINES) throw invalid('statement_too_long', `The statement has more than ${MOST_LINES} lines. Ask for a shorter time, or export the journal.`);
    return { customerId, startTimeInMillis: start, endTimeInMillis: end, currencies: addUp(opening, lines) };
  }
}

function addUp(opening: readonly { currency: string; amount: string }[], rows: readonly Row[]): CurrencyStatement[] {
  const before = new Map(opening.map(({ currency, amount }) => [currency, BigInt(amount)]));
  const currencies = [...new Set([...before.keys(), ...rows.map(({ currency }) => currency)])].toSorted();
  return currencies.map((currency) => {
    const openingBalance = before.get(currency) ?? 0n;
    let balance = openingBalance;
    const lines = rows.filter((row) => row.currency === currency).map((row) => {
      balance += BigInt(row.change);
      return lineOf(row, balance);
    });
    return { currency, openingBalance, closingBalance: balance, lines };
  });
}

function lineOf(row: Row, balance: bigint): StatementLine {
  return { entryId: row.id, timeInMillis: Number(row.book_time), kind: row.kind, invoiceId: row.invoice_id, invoiceNumber: row.number, change: BigInt(row.change), money: BigInt(row.money), balance };
}
