import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { InvoiceRating } from '../invoice-rating.js';
import { newInvoice } from '../new-invoice.js';
import { lockDueAt } from '../period-close/grace-periods.js';
import { InvoiceRows } from '../period-close/invoice-rows.js';

const HOUR_IN_MILLIS = 3_600_000;

/**
 * Bills what came, or was corrected, after an invoice was locked, by an invoice of kind `adjustment`: the period as it is at its own lock, less what was billed of it
 * before. The locked one is never rewritten. Of each there is at most one that is not locked yet; it gathers what comes until then.
 */
@Injectable()
export class Adjustments {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly clock: AccountClock,
    private readonly rows: InvoiceRows,
    private readonly rating: InvoiceRating,
    private readonly platform: InvoicePlatform,
  ) {}

  /** Opens one for a locked invoice, where there is something to bill or to give back. */
  async open(accountId: string, invoiceId: string): Promise<void> {
    const [original] = await this.rows.read(this.database.reader(), [invoiceId]);
    const base = await this.#billedUpTo(this.database.reader(), invoiceId);
    if (!original || base === null) return;
    const now = await this.clock.now(accountId);
    const adjustment = adjustmentOf(original, base, this.platform.clock.now());
    if (!(await this.#isDifferent(adjustment))) return;
    await this.database.transaction(async (tx) => {
      await this.rows.lockCustomers(tx, [invoiceId]);
      // Opened or locked by another process in the meantime: the next look begins where that one ends.
      if ((await this.#billedUpTo(tx, invoiceId)) !== base) return;
      adjustment.graceEndInMillis = await this.#graceEnd(tx, original, now);
      adjustment.dueAt = lockDueAt(await this.accounts.getIn(tx, accountId), adjustment.graceEndInMillis);
      const created = await this.rows.create(tx, [adjustment]);
      await this.platform.events.lateUsage(tx, original, created);
    });
  }

  /** For locked invoices of one account: the adjustment that gathers what comes, or the one that would be opened; by the invoice's id. */
  async pending(accountId: string, originals: readonly Invoice[]): Promise<Map<string, PendingAdjustment>> {
    const reader = this.database.reader();
    const last = new Map((await sql<LastOfPeriod>(reader, LAST_OF_PERIODS, [originals.map(({ id }) => id)])).map((row) => [row.original_id, row]));
    const open = await reader.find(Invoice, { accountId, id: { $in: [...last.values()].filter(isOpen).map(({ id }) => id) } }, { disableIdentityMap: true });
    const opened = new Map(open.map((adjustment) => [adjustment.adjustsId, adjustment]));
    return new Map(
      originals.map((original) => {
        const adjustment = opened.get(original.id);
        return [original.id, { adjustment: adjustment ?? adjustmentOf(original, last.get(original.id)!.lock_watermark!, this.platform.clock.now()), isOpened: adjustment !== undefined }];
      }),
    );
  }

  /** What cannot be rated is opened as well: its lock then says why, again and again, until it can. */
  async #isDifferent(adjustment: Invoice): Promise<boolean> {
    try {
      return (await this.rating.preview(adjustment)).lines.length > 0;
    } catch (error) {
      if (error instanceof DomainError) return true;
      throw error;
    }
  }

  /** The watermark of the last lock of the period; null where an adjustment is under way that will take up everything. */
  async #billedUpTo(reader: Transaction, invoiceId: string): Promise<string | null> {
    const [last] = await sql<LastOfPeriod>(reader, LAST_OF_PERIODS, [[invoiceId]]);
    return last === undefined || isOpen(last) ? null : last.lock_watermark;
  }

  /** As a line of the next invoice it waits for the end of the running period; as an invoice of its own as long as late events counted before. */
  async #graceEnd(tx: Transaction, { accountId, customerId, currency }: Invoice, now: number): Promise<number> {
    const { lateUsagePolicy, gracePeriodInHours } = await this.accounts.getIn(tx, accountId);
    const running = lateUsagePolicy === 'next_invoice' ? await tx.findOne(Invoice, { accountId, customerId, currency, kind: 'cycle', priceStatus: 'open' }, { orderBy: { periodEndInMillis: 'asc' } }) : null;
    return running?.periodEndInMillis ?? now + gracePeriodInHours * HOUR_IN_MILLIS;
  }
}

export interface PendingAdjustment {
  readonly adjustment: Invoice;
  /** Otherwise it is nowhere stored. */
  readonly isOpened: boolean;
}

interface LastOfPeriod {
  readonly original_id: string;
  readonly id: string;
  readonly price_status: string;
  readonly lock_watermark: string | null;
}

/** Of each of these invoices, or its adjustments, the one that is not locked, else the one that was locked last. */
const LAST_OF_PERIODS = `
  select original.id as original_id, last.id, last.price_status, last.lock_watermark
  from unnest($1::text[]) as original (id)
  cross join lateral (
    select id, price_status, lock_watermark from invoice where invoice.id = original.id or invoice.adjusts_id = original.id
    order by price_status <> 'price_locked' desc, (invoice.id = original.id), create_time desc, id desc limit 1
  ) as last`;

function isOpen({ price_status }: LastOfPeriod): boolean {
  return price_status !== 'price_locked';
}

function adjustmentOf(original: Invoice, baseWatermark: string, now: number): Invoice {
  const { accountId, customerId, planId, assignmentId, currency, periodStartInMillis, periodEndInMillis } = original;
  const period = { accountId, customerId, planId, assignmentId, currency, periodStartInMillis, periodEndInMillis };
  return newInvoice({ ...period, kind: 'adjustment', adjustsId: original.id, baseWatermark, exchange: original.exchange ?? null, priceStatus: 'grace_period', graceEndInMillis: null, dueAt: null }, now);
}
