import { Injectable } from '@nestjs/common';
import { invalid, majorUnits, startOfCalendarDay } from '@tollkeeper/kernel';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { Database } from '../../../platform/database/database.js';
import { sql } from '../../../platform/database/sql.js';
import { isoTime, type LineRecord } from './line-record.js';

export interface ExportRequest {
  /** Days of the account's calendar, `2026-11-01`; the last one is not part of it. */
  readonly from: string;
  readonly to: string;
  readonly customerId: string | null;
}

/** Rows of one query: some megabytes at most. */
const PAGE = 1_000;
const DAY_IN_MILLIS = 86_400_000;

/** Each page goes on behind the last line of the page before, so that nothing is held open while a reader takes its time. */
const LINES = `
  select invoice.id, invoice.number, invoice.kind, invoice.lock_time::text as lock_time, invoice.due_time_in_millis::text as due_time, invoice.period_start_in_millis::text as period_start,
         invoice.period_end_in_millis::text as period_end, invoice.customer_id, coalesce(parties.buyer ->> 'legalName', customer.customer_name) as customer_name,
         case when parties.invoice_id is null then customer.billing ->> 'purchaseOrderNumber' else parties.buyer ->> 'purchaseOrderNumber' end as purchase_order, invoice.payment_status,
         invoice.currency, invoice.subtotal::text as subtotal, invoice.tax::text as tax, (invoice.total + invoice.tax)::text as total,
         coalesce(line.position, 0) as position, line.id as line_id, line.kind as line_kind, line.description, line.product_item_id, line.price_id, line.meter_api_name,
         trim_scale(line.quantity)::text as quantity, line.unit_price_text, line.exact_amount, line.amount::text as amount,
         (select coalesce(sum((deduction ->> 'amount')::bigint), 0) from jsonb_array_elements(line.deductions) as deduction)::text as deductions,
         (select string_agg(trim_scale(rate.percentage)::text, ' ' order by part.place)
            from jsonb_array_elements(line.taxes) with ordinality as part (share, place) join invoice_tax as rate on rate.invoice_id = invoice.id and rate.position = (part.share ->> 'rate')::integer) as tax_rates,
         (select sum((part ->> 'tax')::bigint)::text from jsonb_array_elements(line.taxes) as part) as line_tax
  from invoice
  join customer on customer.account_id = invoice.account_id and customer.customer_id = invoice.customer_id
  left join invoice_parties as parties on parties.invoice_id = invoice.id
  left join invoice_line as line on line.invoice_id = invoice.id
  where invoice.account_id = $1 and invoice.lock_time < $2 and ($3::text is null or invoice.customer_id = $3)
    and (invoice.lock_time, invoice.id) >= ($4::bigint, $5) and (invoice.lock_time, invoice.id, coalesce(line.position, 0)) > ($4::bigint, $5, $6::integer)
  order by invoice.lock_time, invoice.id, coalesce(line.position, 0)
  limit ${PAGE}`;

type Row = Readonly<Record<'id' | 'kind' | 'lock_time' | 'period_start' | 'period_end' | 'customer_id' | 'customer_name' | 'payment_status' | 'currency' | 'subtotal' | 'tax' | 'total', string>> &
  Readonly<Record<'number' | 'due_time' | 'purchase_order' | 'line_id' | 'line_kind' | 'description' | 'product_item_id' | 'price_id' | 'meter_api_name' | 'quantity' | 'unit_price_text' | 'exact_amount' | 'deductions' | 'amount' | 'tax_rates' | 'line_tax', string | null>> & {
    readonly position: number;
  };

/** The lines of all invoices that were issued in a span of days, however many: read page by page, as fast as they are taken. */
@Injectable()
export class InvoiceExport {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
  ) {}

  /** In the order of issue. @throws DomainError `invalid_time_range`, before the first row */
  async open(accountId: string, request: ExportRequest): Promise<AsyncGenerator<LineRecord>> {
    const { timeZone } = await this.accounts.get(accountId);
    const [from, to] = [startOf('from', request.from, timeZone), startOf('to', request.to, timeZone)];
    if (to <= from) throw invalid('invalid_time_range', `The span ends on ${request.to}, not after ${request.from}, its first day. The last day is not part of it.`);
    return this.#records(accountId, from, to, request.customerId);
  }

  async *#records(accountId: string, from: number, to: number, customerId: string | null): AsyncGenerator<LineRecord> {
    let last: [number, string, number] = [from, '', -1];
    for (;;) {
      const rows: Row[] = await sql<Row>(this.database.reader(), LINES, [accountId, to, customerId, ...last]);
      for (const row of rows) yield recordOf(row);
      const end = rows.at(-1);
      if (!end || rows.length < PAGE) return;
      last = [Number(end.lock_time), end.id, end.position];
    }
  }
}

function recordOf(row: Row): LineRecord {
  const major = (amount: string): string => majorUnits({ amountInMinorUnits: BigInt(amount), currency: row.currency });
  const time = (millis: string): string => isoTime(Number(millis));
  return {
    ...{ invoiceId: row.id, invoiceNumber: row.number, invoiceKind: row.kind, issueTime: time(row.lock_time), dueTime: row.due_time === null ? null : time(row.due_time) },
    ...{ periodStart: time(row.period_start), periodEnd: time(row.period_end), customerId: row.customer_id, customerName: row.customer_name, purchaseOrderNumber: row.purchase_order },
    ...{ paymentStatus: row.payment_status, currency: row.currency, position: row.line_id === null ? null : row.position + 1, lineKind: row.line_kind, description: row.description },
    ...{ productItemId: row.product_item_id, priceId: row.price_id, meterApiName: row.meter_api_name, quantity: row.quantity, unitPriceText: row.unit_price_text },
    ...{ exactAmount: row.exact_amount, deductions: row.line_id === null ? null : major(row.deductions ?? '0'), amount: row.amount === null ? null : major(row.amount), taxRates: row.tax_rates, lineTax: row.line_tax === null ? null : major(row.line_tax) },
    ...{ invoiceSubtotal: major(row.subtotal), invoiceTax: major(row.tax), invoiceTotal: major(row.total) },
  };
}

function startOf(field: string, day: string, timeZone: string): number {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // Days that are none, such as 30 February, are not moved to the next month.
  if (Number.isNaN(midnight) || midnight < 0 || isoTime(midnight).slice(0, 10) !== day) throw invalid('invalid_time_range', `Invalid request: ${field} must be a day such as 2026-11-01.`, [{ field, code: 'invalid_field', message: 'must be a day such as 2026-11-01' }]);
  return startOfCalendarDay(midnight / DAY_IN_MILLIS, timeZone);
}
