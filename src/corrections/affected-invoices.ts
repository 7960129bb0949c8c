import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import type { RatedCharges } from '../charges/rated-charges.js';
import { InvoiceRating } from '../invoices/invoice-rating.js';
import { Invoice } from '../invoices/invoice.entity.js';
import { Adjustments } from '../invoices/late-usage/adjustments.js';
import { MetersService } from '../metering/meters.service.js';
import { Database } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { sql } from '../platform/database/sql.js';
import type { CheckedCorrection } from './correction-checks.js';

/** Later than any period. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

/** An invoice whose period holds some of the usage, and what bills the difference. */
export interface AffectedInvoice {
  /** Of the period. */
  readonly invoice: Invoice;
  /** Of a locked one: the adjustment that there is, or would be; null where the invoice itself is still open. */
  readonly adjustmentId: string | null;
  readonly isLocked: boolean;
  /** What the invoice, or the adjustment, comes to now and would come to; or why it cannot be computed. */
  readonly now: RatedCharges | DomainError;
  readonly after: RatedCharges | DomainError;
}

interface Span {
  readonly customerId: string;
  readonly fromInMillis: number;
  readonly toInMillis: number;
}

/** What a correction would make of invoices: of open ones and those in grace themselves, of locked ones by an adjustment. */
@Injectable()
export class AffectedInvoices {
  constructor(
    private readonly database: Database,
    private readonly meters: MetersService,
    private readonly rating: InvoiceRating,
    private readonly adjustments: Adjustments,
  ) {}

  /** In creation order, at most so many. */
  async page(checked: CheckedCorrection, limit: number, cursor: Cursor | null): Promise<AffectedInvoice[]> {
    const { accountId } = checked.change.events;
    const invoices = await this.#invoices(accountId, await this.#spans(checked), limit, cursor);
    if (invoices.length === 0) return [];
    const isLocked = ({ priceStatus }: Invoice): boolean => priceStatus === 'price_locked';
    const pending = await this.adjustments.pending(accountId, invoices.filter(isLocked));
    const billing = invoices.map((invoice) => pending.get(invoice.id)?.adjustment ?? invoice);
    const [now, after] = await Promise.all([this.rating.previewMany(billing, null), this.rating.previewMany(billing, checked.change)]);
    return invoices.map((invoice, index) => {
      const { id } = billing[index]!;
      return { invoice, isLocked: isLocked(invoice), adjustmentId: pending.get(invoice.id)?.isOpened ? id : null, now: now.get(id)!, after: after.get(id)! };
    });
  }

  /** Whose usage changes at what times. What holds until the next event changes all that comes after it. */
  async #spans({ change, preview }: CheckedCorrection): Promise<Span[]> {
    const { accountId } = change.events;
    const { customerId, meterApiName, shiftInMillis = 0 } = change.amendment ?? {};
    const names = [...new Set([...preview.map((row) => row.meterApiName), ...(meterApiName === undefined ? [] : [meterApiName])])];
    const meters = await this.meters.findByApiNames(this.database.reader(), accountId, names);
    const holding = new Set(meters.filter(({ aggregation }) => aggregation === 'time_weighted').map((meter) => meter.meterApiName));
    const span = (owner: string, meter: string, first: number, last: number): Span => ({ customerId: owner, fromInMillis: first, toInMillis: holding.has(meter) ? END_OF_TIME : last + 1 });
    return preview.flatMap((row) => [
      span(row.customerId, row.meterApiName, row.firstInMillis, row.lastInMillis),
      ...(change.amendment === null ? [] : [span(customerId ?? row.customerId, meterApiName ?? row.meterApiName, row.firstInMillis + shiftInMillis, row.lastInMillis + shiftInMillis)]),
    ]);
  }

  async #invoices(accountId: string, spans: readonly Span[], limit: number, cursor: Cursor | null): Promise<Invoice[]> {
    const reader = this.database.reader();
    const rows = await sql<{ id: string }>(reader, AFFECTED, [
      accountId,
      spans.map(({ customerId }) => customerId),
      spans.map(({ fromInMillis }) => fromInMillis),
      spans.map(({ toInMillis }) => toInMillis),
      cursor?.createTime ?? -1,
      cursor?.id ?? '',
      limit,
    ]);
    return reader.find(Invoice, { accountId, id: { $in: rows.map(({ id }) => id) } }, { orderBy: { createTime: 'asc', id: 'asc' } });
  }
}

/** Of a voided one nobody owes anything, and of one that was locked without usage there is nothing to adjust. */
const AFFECTED = `
  select distinct invoice.create_time, invoice.id
  from unnest($2::text[], $3::bigint[], $4::bigint[]) as span (customer_id, from_time, to_time)
  join invoice on invoice.account_id = $1 and invoice.customer_id = span.customer_id and invoice.period_start_in_millis < span.to_time and invoice.period_end_in_millis > span.from_time
  where invoice.kind in ('cycle', 'final') and invoice.plan_id is not null and (invoice.create_time, invoice.id) > ($5::bigint, $6::text)
    and (invoice.price_status <> 'price_locked' or (invoice.lock_watermark is not null and invoice.payment_status_reason is distinct from 'voided'))
  order by invoice.create_time, invoice.id limit $7`;
