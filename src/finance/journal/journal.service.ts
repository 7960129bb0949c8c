import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { EntryKind } from '../ledger/invoice-facts.js';
import { LEDGER_ACCOUNT_NAMES, type LedgerAccount, type LedgerAccountLabels } from '../ledger/ledger-accounts.js';
import { monthAfter, startOfMonth } from '../ledger/service-months.js';
import { ClosedMonthsService } from '../months/closed-months.service.js';
import { FinanceSettingsService } from '../months/finance-settings.service.js';
import { parseMonth } from '../reports/month-range.js';
import { ReportReader } from '../reports/report-reader.js';

export interface JournalPosting {
  readonly account: LedgerAccount;
  readonly code: string;
  readonly name: string;
  /** A debit where positive, a credit where negative. */
  readonly amount: bigint;
}

export interface JournalEntry {
  readonly id: string;
  readonly kind: EntryKind;
  readonly fact: string;
  /** Null of fees and payouts, which are nobody's. */
  readonly customerId: string | null;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly currency: string;
  /** When it happened, or was known. */
  readonly factTimeInMillis: number;
  /** The day of the books it belongs to: later than it happened where that month was closed. */
  readonly bookTimeInMillis: number;
  readonly isMoved: boolean;
  readonly createTime: number;
  readonly postings: readonly JournalPosting[];
}

export interface JournalFilter {
  readonly fromMonth: string | null;
  readonly toMonth: string | null;
  readonly customerId: string | null;
  readonly invoiceId: string | null;
}

export interface JournalPlace {
  readonly bookTimeInMillis: number;
  readonly id: string;
}

interface Row {
  readonly id: string;
  readonly kind: EntryKind;
  readonly fact: string;
  readonly customer_id: string | null;
  readonly invoice_id: string | null;
  readonly number: string | null;
  readonly currency: string;
  readonly fact_time: string;
  readonly book_time: string;
  readonly is_moved: boolean;
  readonly create_time: string;
  readonly postings: readonly { account: LedgerAccount; amount: string }[];
}

/** How the ledger's accounts were called at a time of the books. */
export type LabelsAt = (bookTimeInMillis: number) => LedgerAccountLabels;

/** The ledger as a journal: entries in the order of the books, each of which balances. */
@Injectable()
export class JournalService {
  constructor(
    private readonly reader: ReportReader,
    private readonly accounts: AccountsService,
    private readonly months: ClosedMonthsService,
    private readonly settings: FinanceSettingsService,
  ) {}

  /** Closed months keep the codes they were closed with. */
  async labelsAt(accountId: string): Promise<LabelsAt> {
    const [closed, present] = await Promise.all([this.months.list(accountId), this.settings.labels(accountId)]);
    return (bookTime) => closed.find(({ endTimeInMillis }) => endTimeInMillis > bookTime)?.labels ?? present;
  }

  /** At most `limit` rows behind the place. @throws DomainError `invalid_month` */
  async page(accountId: string, filter: JournalFilter, labelsAt: LabelsAt, limit: number, after: JournalPlace | null): Promise<JournalEntry[]> {
    const { timeZone } = await this.accounts.get(accountId);
    const from = filter.fromMonth === null ? 0 : startOfMonth(parseMonth(filter.fromMonth), timeZone);
    const to = filter.toMonth === null ? Number.MAX_SAFE_INTEGER : startOfMonth(monthAfter(parseMonth(filter.toMonth)), timeZone);
    const rows = await this.reader.rows<Row>(
      `select e.*, i.number, (select json_agg(json_build_object('account', g.ledger_account, 'amount', g.amount::text)) from ledger_posting g where g.entry_id = e.id) as postings
       from ledger_entry e left join invoice i on i.id = e.invoice_id
       where e.account_id = $1 and e.book_time >= $2 and e.book_time < $3 and ($4::text is null or e.customer_id = $4) and ($5::text is null or e.invoice_id = $5) and (e.book_time, e.id) > ($6, $7)
       order by e.book_time, e.id limit $8`,
      [accountId, from, to, filter.customerId, filter.invoiceId, after?.bookTimeInMillis ?? -1, after?.id ?? '', limit],
    );
    return rows.map((row) => entryOf(row, labelsAt(Number(row.book_time))));
  }
}

function entryOf(row: Row, labels: LedgerAccountLabels): JournalEntry {
  const amounts = new Map(row.postings.map(({ account, amount }) => [account, BigInt(amount)]));
  return {
    id: row.id,
    kind: row.kind,
    fact: row.fact,
    customerId: row.customer_id,
    invoiceId: row.invoice_id,
    invoiceNumber: row.number,
    currency: row.currency,
    factTimeInMillis: Number(row.fact_time),
    bookTimeInMillis: Number(row.book_time),
    isMoved: row.is_moved,
    createTime: Number(row.create_time),
    postings: LEDGER_ACCOUNT_NAMES.filter((account) => amounts.has(account)).map((account) => ({ account, ...labels[account], amount: amounts.get(account)! })),
  };
}
