import { Injectable } from '@nestjs/common';
import { CREDIT_ACCOUNTS, RECEIVABLE_ACCOUNTS } from '../ledger/ledger-accounts.js';
import { sqlList } from './account-list.js';
import { ReportReader } from './report-reader.js';

export interface AgeingQuery {
  readonly asOfTimeInMillis: number | null;
  readonly customerId: string | null;
  readonly currency: string | null;
  readonly groupBy: 'customer' | 'currency';
}

/** What is owed, by how many days it is overdue. Minor units. */
export interface AgeingRow {
  /** Null where all customers are one row. */
  readonly customerId: string | null;
  readonly currency: string;
  readonly notDue: bigint;
  readonly overdue1To30: bigint;
  readonly overdue31To60: bigint;
  readonly overdue61To90: bigint;
  readonly overdueOver90: bigint;
  readonly total: bigint;
  readonly credit: bigint;
}

export interface AgeingPlace {
  readonly customerId: string;
  readonly currency: string;
}

type Row = Record<Exclude<keyof AgeingRow, 'customerId' | 'currency'>, string> & { customerId: string | null; currency: string };

/**
 * From the ledger up to a time, so that a time in the past answers what was owed then. An invoice is due when its document said so at
 * that time, and at its lock where it has no date: it is charged at once then.
 */
@Injectable()
export class AgeingReport {
  constructor(private readonly reader: ReportReader) {}

  /** At most `limit` + 1 rows behind the place, by customer and currency. */
  async page(accountId: string, query: AgeingQuery, limit: number, after: AgeingPlace | null): Promise<{ asOf: number; rows: AgeingRow[] }> {
    const asOf = query.asOfTimeInMillis ?? (await this.reader.now(accountId));
    const asOfProcessTime = asOf - (await this.reader.clockOffset(accountId));
    const rows = await this.reader.rows<Row>(statementOf(query.groupBy), [
      ...[accountId, asOf, query.customerId, query.currency],
      ...[asOfProcessTime, after?.customerId ?? '', after?.currency ?? '', limit + 1],
    ]);
    return { asOf, rows: rows.map((row) => ({ customerId: row.customerId, currency: row.currency, ...amountsOf(row) })) };
  }
}

function statementOf(groupBy: AgeingQuery['groupBy']): string {
  const who = groupBy === 'customer' ? 'customer_id' : `''::text collate "C"`;
  const bucket = (condition: string): string => `coalesce(sum(owed) filter (where ${condition}), 0)`;
  return `
    with owed as (
      select invoice_id, min(customer_id) as customer_id, currency,
        coalesce(sum(amount) filter (where ledger_account in (${sqlList(RECEIVABLE_ACCOUNTS)})), 0) as owed,
        coalesce(-sum(amount) filter (where ledger_account in (${sqlList(CREDIT_ACCOUNTS)})), 0) as credit
      from ledger_posting
      where account_id = $1 and book_time <= $2 and ledger_account in (${sqlList([...RECEIVABLE_ACCOUNTS, ...CREDIT_ACCOUNTS])})
        and ($3::text is null or customer_id = $3) and ($4::text is null or currency = $4)
      group by invoice_id, currency),
    unsettled as (select * from owed where owed <> 0 or credit <> 0),
    dated as (
      select o.*, coalesce(
        (select (e.before->>'dueTimeInMillis')::bigint from invoice_edit e where e.invoice_id = o.invoice_id and e.kind = 'due_time' and e.create_time > $5 order by e.create_time, e.id limit 1),
        i.due_time_in_millis, i.lock_time, 0) as due
      from unsettled o left join invoice i on i.id = o.invoice_id),
    aged as (select *, floor(($2 - due) / 86400000.0) as days from dated)
    select ${groupBy === 'customer' ? 'customer_id' : 'null::text'} as "customerId", currency, ${bucket('days < 1')} as "notDue", ${bucket('days between 1 and 30')} as "overdue1To30",
      ${bucket('days between 31 and 60')} as "overdue31To60", ${bucket('days between 61 and 90')} as "overdue61To90", ${bucket('days > 90')} as "overdueOver90",
      sum(owed) as total, sum(credit) as credit
    from aged where (${who}, currency collate "C") > ($6, $7)
    group by ${groupBy === 'customer' ? 'customer_id, ' : ''}currency order by ${groupBy === 'customer' ? 'customer_id, ' : ''}currency collate "C" limit $8`;
}

function amountsOf(row: Row): Omit<AgeingRow, 'customerId' | 'currency'> {
  const { notDue, overdue1To30, overdue31To60, overdue61To90, overdueOver90, total, credit } = row;
  return {
    notDue: BigInt(notDue),
    overdue1To30: BigInt(overdue1To30),
    overdue31To60: BigInt(overdue31To60),
    overdue61To90: BigInt(overdue61To90),
    overdueOver90: BigInt(overdueOver90),
    total: BigInt(total),
    credit: BigInt(credit),
  };
}
