import { Injectable } from '@nestjs/common';
import { monthRange, type MonthRange } from './month-range.js';
import { ReportReader } from './report-reader.js';

export interface MonthsQuery {
  readonly fromMonth: string | null;
  readonly toMonth: string | null;
  readonly currency: string | null;
}

export interface RevenueRow {
  readonly month: string;
  readonly currency: string;
  readonly recognized: bigint;
  readonly creditNotes: bigint;
  readonly refunds: bigint;
  readonly writeOffs: bigint;
  readonly net: bigint;
  /** Invoiced by the end of the month, and not earned yet. */
  readonly deferredAtEnd: bigint;
  /** Earned by the end of the month, and invoiced later. */
  readonly unbilledAtEnd: bigint;
}

export interface TaxRow {
  readonly month: string;
  readonly currency: string;
  /** In percent, with at least two decimals: of a rate that the invoice keeps, else as the document's tax relates to its total. */
  readonly rate: string;
  readonly taxable: bigint;
  readonly tax: bigint;
  readonly invoices: number;
}

const MONTHS = `json_to_recordset($1::json) as m(month text, "startInMillis" bigint, "endInMillis" bigint)`;
const OF_CURRENCY = `($3::text is null or g.currency = $3)`;

/**
 * What is booked of an invoice is divided over its rates as its own tax is; what it has of lines without tax is at none. A credit note that
 * tells what it returns by rate is booked by that, or taken back by it.
 */
const TAX = `
  with booked as (
    select m.month, g.currency, g.invoice_id, g.entry_id, coalesce(-sum(g.amount) filter (where g.ledger_account = 'tax'), 0) as tax, coalesce(-sum(g.amount) filter (where g.ledger_account <> 'tax'), 0) as net
    from ${MONTHS} join ledger_posting g on g.account_id = $2 and g.ledger_account in ('tax', 'deferred_revenue', 'credit_notes') and g.book_time >= m."startInMillis" and g.book_time < m."endInMillis" and ${OF_CURRENCY}
    join ledger_entry e on e.id = g.entry_id and e.kind in ('invoice', 'credit_note') group by 1, 2, 3, 4),
  noted as (
    select b.*, n.lines, sign(b.tax) as sign from booked b join ledger_entry e on e.id = b.entry_id and e.kind = 'credit_note'
    join credit_note n on n.invoice_id = b.invoice_id and e.fact = 'credit_note:' || n.id and n.lines is not null and n.tax <> 0 and abs(b.tax) = n.tax),
  divisible as (select * from booked b where not exists (select 1 from noted n where n.entry_id = b.entry_id)),
  divided as (select t.*, sum(t.tax) over (partition by t.invoice_id order by t.position) as upto, sum(t.tax) over (partition by t.invoice_id) as whole from invoice_tax t where t.account_id = $2),
  part as (
    select b.month, b.currency, b.invoice_id, d.percentage as rate, round(d.taxable * b.tax / d.whole) as taxable, round(d.upto * b.tax / d.whole) - round((d.upto - d.tax) * b.tax / d.whole) as tax
    from divisible b join invoice i on i.id = b.invoice_id join divided d on d.invoice_id = i.id and d.whole = i.tax and i.tax <> 0
    union all
    select b.month, b.currency, b.invoice_id, 0, round(coalesce((select sum(l.amount) from invoice_line l where l.invoice_id = i.id and l.taxes is null and l.kind <> 'carried'), 0) * b.tax / i.tax), 0
    from divisible b join invoice i on i.id = b.invoice_id where i.tax <> 0 and i.tax = (select sum(d.tax) from divided d where d.invoice_id = i.id)
    union all
    select b.month, b.currency, b.invoice_id, coalesce(round(i.tax * 100.0 / nullif(i.total, 0), 2), 0), b.net, b.tax
    from divisible b join invoice i on i.id = b.invoice_id where i.tax = 0 or i.tax is distinct from (select sum(d.tax) from divided d where d.invoice_id = i.id)
    union all
    select n.month, n.currency, n.invoice_id, (t ->> 'percentage')::numeric, n.sign * (t ->> 'taxable')::numeric, n.sign * (t ->> 'tax')::numeric
    from noted n, jsonb_array_elements(n.lines) as l, jsonb_array_elements(l -> 'taxes') as t
    union all
    select n.month, n.currency, n.invoice_id, 0, n.sign * (l ->> 'amount')::numeric, 0 from noted n, jsonb_array_elements(n.lines) as l where l -> 'taxes' = '[]')
  select month, currency, case when scale(trim_scale(rate)) < 2 then round(rate, 2) else trim_scale(rate) end::text as rate, sum(taxable) as taxable, sum(tax) as tax, count(distinct invoice_id)::integer as invoices
  from part group by month, currency, rate having sum(taxable) <> 0 or sum(tax) <> 0 order by month, currency, min(part.rate)`;

/** Revenue and tax by month of the account's calendar. */
@Injectable()
export class MonthReports {
  constructor(private readonly reader: ReportReader) {}

  /** What is deferred or unbilled is told invoice by invoice, as it changed: one pass over the postings, however many months. */
  async revenue(accountId: string, query: MonthsQuery): Promise<RevenueRow[]> {
    const range = await this.#range(accountId, query);
    const rows = await this.reader.rows<Record<string, string>>(
      `with moved as (
         select m.month, g.currency,
           coalesce(-sum(g.amount) filter (where g.ledger_account = 'revenue'), 0) as recognized, coalesce(sum(g.amount) filter (where g.ledger_account = 'credit_notes'), 0) as "creditNotes",
           coalesce(sum(g.amount) filter (where g.ledger_account = 'refunds'), 0) as refunds, coalesce(sum(g.amount) filter (where g.ledger_account = 'write_offs'), 0) as "writeOffs"
         from ${MONTHS} join ledger_posting g on g.account_id = $2 and g.ledger_account in ('revenue', 'credit_notes', 'refunds', 'write_offs') and g.book_time >= m."startInMillis" and g.book_time < m."endInMillis" and ${OF_CURRENCY}
         group by m.month, g.currency),
       ends as (select array_agg("endInMillis" order by "endInMillis") as ends from ${MONTHS}),
       steps as (
         select currency, width_bucket(book_time, ends) as month_index, amount, sum(amount) over (partition by invoice_id, currency order by book_time, entry_id) as standing
         from ends, ledger_posting g where g.account_id = $2 and g.ledger_account = 'deferred_revenue' and g.book_time < $4 and ${OF_CURRENCY}),
       changes as (
         select currency, month_index, sum(greatest(-standing, 0) - greatest(amount - standing, 0)) as deferred, sum(greatest(standing, 0) - greatest(standing - amount, 0)) as unbilled
         from steps group by currency, month_index),
       standing as (
         select m.month, c.currency, sum(c.deferred) as "deferredAtEnd", sum(c.unbilled) as "unbilledAtEnd"
         from ends, ${MONTHS} join changes c on true where m."endInMillis" > coalesce(ends[c.month_index], 0)
         group by m.month, c.currency having sum(c.deferred) <> 0 or sum(c.unbilled) <> 0)
       select month, currency, coalesce(recognized, 0) as recognized, coalesce("creditNotes", 0) as "creditNotes", coalesce(refunds, 0) as refunds, coalesce("writeOffs", 0) as "writeOffs",
         coalesce("deferredAtEnd", 0) as "deferredAtEnd", coalesce("unbilledAtEnd", 0) as "unbilledAtEnd"
       from moved full join standing using (month, currency) order by month, currency`,
      [JSON.stringify(range.months), accountId, query.currency, range.endInMillis],
    );
    return rows.map(revenueRow);
  }

  /** Booked by invoices, their changes and voidings, and credit notes; by the rates that an invoice keeps, else by what its tax is of its total. */
  async tax(accountId: string, query: MonthsQuery): Promise<TaxRow[]> {
    const range = await this.#range(accountId, query);
    const rows = await this.reader.rows<{ month: string; currency: string; rate: string; taxable: string; tax: string; invoices: number }>(TAX, [JSON.stringify(range.months), accountId, query.currency]);
    return rows.map(({ month, currency, rate, taxable, tax, invoices }) => ({ month, currency, rate, taxable: BigInt(taxable), tax: BigInt(tax), invoices }));
  }

  async #range(accountId: string, { fromMonth, toMonth }: MonthsQuery): Promise<MonthRange> {
    return monthRange(fromMonth, toMonth, await this.reader.now(accountId), await this.reader.timeZone(accountId));
  }
}

function revenueRow(row: Record<string, string>): RevenueRow {
  const amount = (name: string): bigint => BigInt(row[name] ?? '0');
  const [recognized, creditNotes, refunds, writeOffs] = [amount('recognized'), amount('creditNotes'), amount('refunds'), amount('writeOffs')];
  return {
    month: row['month'] ?? '',
    currency: row['currency'] ?? '',
    ...{ recognized, creditNotes, refunds, writeOffs, net: recognized - creditNotes - refunds - writeOffs },
    deferredAtEnd: amount('deferredAtEnd'),
    unbilledAtEnd: amount('unbilledAtEnd'),
  };
}
