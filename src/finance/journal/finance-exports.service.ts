import { Injectable } from '@nestjs/common';
import { invalid, majorUnits } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import { csvLine } from '../../platform/http/csv-line.js';
import { dateOf } from '../ledger/service-months.js';
import { AgeingReport, type AgeingPlace, type AgeingQuery } from '../reports/ageing.report.js';
import { MonthReports, type MonthsQuery } from '../reports/month-reports.js';
import { PayoutsReport, type MovementRow } from '../payouts/payouts.report.js';
import { StatementReport, type StatementQuery } from '../reports/statement.report.js';
import { JournalService, type JournalFilter, type JournalPlace } from './journal.service.js';

export const FINANCE_EXPORTS = ['ageing', 'statement', 'revenue', 'tax', 'journal', 'payouts'] as const;
export type FinanceExport = (typeof FINANCE_EXPORTS)[number];

export type ExportQuery = AgeingQuery & MonthsQuery & Omit<StatementQuery, 'customerId'> & JournalFilter;

/** A line of a report: a field that is a bigint is money in the row's currency. */
type Line = Record<string, string | number | boolean | bigint | null>;

const BATCH = 1_000;

/** Reports as files for a spreadsheet or an accounting program, read batch by batch while they are sent. */
@Injectable()
export class FinanceExportsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly ageing: AgeingReport,
    private readonly statements: StatementReport,
    private readonly months: MonthReports,
    private readonly journal: JournalService,
    private readonly payouts: PayoutsReport,
  ) {}

  /**
   * The first line is read before it answers, so that a wrong request is refused and not half a file.
   * @throws DomainError what the reports throw, and `customer_required`
   */
  async open(accountId: string, report: FinanceExport, format: 'csv' | 'ndjson', query: ExportQuery): Promise<AsyncGenerator<string, void, void>> {
    const lines = this.#lines(accountId, report, query);
    const first = await lines.next();
    return format === 'csv' ? asCsv(first, lines) : asNdjson(first, lines);
  }

  #lines(accountId: string, report: FinanceExport, query: ExportQuery): AsyncGenerator<Line, void, void> {
    switch (report) {
      case 'ageing':
        return this.#ageing(accountId, query);
      case 'statement':
        return this.#statement(accountId, query);
      case 'revenue':
        return this.#rows(this.months.revenue(accountId, query));
      case 'tax':
        return this.#rows(this.months.tax(accountId, query));
      case 'journal':
        return this.#journal(accountId, query);
      case 'payouts':
        return this.#payouts(accountId);
    }
  }

  async *#rows(rows: Promise<readonly object[]>): AsyncGenerator<Line, void, void> {
    for (const row of await rows) yield row as Line;
  }

  async *#ageing(accountId: string, query: AgeingQuery): AsyncGenerator<Line, void, void> {
    let asOfTimeInMillis = query.asOfTimeInMillis;
    let after: AgeingPlace | null = null;
    for (let hasMore = true; hasMore; ) {
      const page: Awaited<ReturnType<AgeingReport['page']>> = await this.ageing.page(accountId, { ...query, asOfTimeInMillis }, BATCH, after);
      asOfTimeInMillis = page.asOf;
      const rows = page.rows.slice(0, BATCH);
      for (const row of rows) yield { ...row };
      const last = rows.at(-1);
      hasMore = page.rows.length > BATCH;
      after = last ? { customerId: last.customerId ?? '', currency: last.currency } : null;
    }
  }

  async *#statement(accountId: string, { customerId, ...query }: ExportQuery): AsyncGenerator<Line, void, void> {
    if (customerId === null) throw invalid('customer_required', 'Invalid request: a statement is that of a customer; send customerId.', [{ field: 'customerId', code: 'missing_field', message: 'customerId is needed' }]);
    const { timeZone } = await this.accounts.get(accountId);
    const { currencies, startTimeInMillis, endTimeInMillis } = await this.statements.read(accountId, { ...query, customerId });
    const none = { invoiceNumber: null, invoiceId: null, entryId: null };
    for (const { currency, openingBalance, closingBalance, lines } of currencies) {
      yield { date: dateOf(startTimeInMillis, timeZone), kind: 'opening_balance', ...none, change: 0n, money: 0n, balance: openingBalance, currency };
      for (const { timeInMillis, kind, invoiceNumber, invoiceId, entryId, change, money, balance } of lines) yield { date: dateOf(timeInMillis, timeZone), kind, invoiceNumber, invoiceId, entryId, change, money, balance, currency };
      yield { date: dateOf(endTimeInMillis - 1, timeZone), kind: 'closing_balance', ...none, change: 0n, money: 0n, balance: closingBalance, currency };
    }
  }

  /** A line for each transaction, also of those that are in no payout yet. */
  async *#payouts(accountId: string): AsyncGenerator<Line, void, void> {
    const { timeZone } = await this.accounts.get(accountId);
    let after: MovementRow | null = null;
    for (let hasMore = true; hasMore; ) {
      const rows: MovementRow[] = await this.payouts.movements(accountId, null, BATCH, after);
      for (const { payoutId, id, createTime, kind, providerType, amount, fee, net, currency, match, ...ours } of rows) {
        const { invoiceNumber, invoiceId, customerId, providerPaymentId, providerRefundId, providerDisputeId, description } = ours;
        yield { payoutId, transactionId: id, date: dateOf(createTime, timeZone), kind, providerType, amount, fee, net, currency, match, invoiceNumber, invoiceId, customerId, providerPaymentId, providerRefundId, providerDisputeId, description };
      }
      hasMore = rows.length === BATCH;
      after = rows.at(-1) ?? null;
    }
  }

  /** A line for each posting: what accounting programs read. */
  async *#journal(accountId: string, filter: JournalFilter): AsyncGenerator<Line, void, void> {
    const { timeZone } = await this.accounts.get(accountId);
    const labelsAt = await this.journal.labelsAt(accountId);
    let after: JournalPlace | null = null;
    for (let hasMore = true; hasMore; ) {
      const entries: Awaited<ReturnType<JournalService['page']>> = await this.journal.page(accountId, filter, labelsAt, BATCH, after);
      for (const { postings, ...entry } of entries) {
        const { id, kind, customerId, invoiceId, invoiceNumber, currency, factTimeInMillis, bookTimeInMillis, isMoved } = entry;
        const dates = { date: dateOf(bookTimeInMillis, timeZone), factDate: dateOf(factTimeInMillis, timeZone), isMoved };
        for (const { account, code, name, amount } of postings) {
          yield { entryId: id, ...dates, kind, customerId, invoiceId, invoiceNumber, accountCode: code, accountName: name, account, debit: amount > 0n ? amount : 0n, credit: amount < 0n ? -amount : 0n, currency };
        }
      }
      const last = entries.at(-1);
      hasMore = entries.length === BATCH;
      after = last ? { bookTimeInMillis: last.bookTimeInMillis, id: last.id } : null;
    }
  }
}

type First = IteratorResult<Line, void>;

async function* asCsv(first: First, rest: AsyncGenerator<Line, void, void>): AsyncGenerator<string, void, void> {
  if (first.done) return;
  yield csvLine(Object.keys(first.value));
  yield csvLine(Object.values(textOf(first.value)));
  for await (const line of rest) yield csvLine(Object.values(textOf(line)));
}

async function* asNdjson(first: First, rest: AsyncGenerator<Line, void, void>): AsyncGenerator<string, void, void> {
  if (first.done) return;
  yield `${JSON.stringify(textOf(first.value))}\n`;
  for await (const line of rest) yield `${JSON.stringify(textOf(line))}\n`;
}

/** Money in major units with all places of its currency, which every program reads. */
function textOf(line: Line): Record<string, string | number | boolean | null> {
  const currency = String(line['currency']);
  return Object.fromEntries(Object.entries(line).map(([name, value]) => [name, typeof value === 'bigint' ? majorUnits({ amountInMinorUnits: value, currency }) : value]));
}
