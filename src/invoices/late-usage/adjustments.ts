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
      adjustment.dueAt = adjustment.graceEndInMillis = await this.#dueAt(tx, original, now);
      const created = await this.rows.create(tx, [adjustment]);
      await this.platform.events.lateUsage(tx, original, created);
    });
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
    const [last] = await sql<{ price_status: string; lock_watermark: string | null }>(
      reader,
      `select price_status, lock_watermark from invoice where id = $1 or adjusts_id = $1 order by price_status <> 'price_locked' desc, (id = $1), create_time desc, id desc limit 1`,
      [invoiceId],
    );
    return last?.price_status === 'price_locked' ? last.lock_watermark : null;
  }

  /** As a line of the next invoice it waits for the end of the running period; as an invoice of its own as long as late events counted before. */
  async #dueAt(tx: Transaction, { accountId, customerId, currency }: Invoice, now: number): Promise<number> {
    const { lateUsagePolicy, gracePeriodInHours } = await this.accounts.getIn(tx, accountId);
    const running = lateUsagePolicy === 'next_invoice' ? await tx.findOne(Invoice, { accountId, customerId, currency, kind: 'cycle', priceStatus: 'open' }, { orderBy: { periodEndInMillis: 'asc' } }) : null;
    return running?.periodEndInMillis ?? now + gracePeriodInHours * HOUR_IN_MILLIS;
  }
}

function adjustmentOf(original: Invoice, baseWatermark: string, now: number): Invoice {
  const { accountId, customerId, planId, assignmentId, currency, periodStartInMillis, periodEndInMillis } = original;
  const period = { accountId, customerId, planId, assignmentId, currency, periodStartInMillis, periodEndInMillis };
  return newInvoice({ ...period, kind: 'adjustment', adjustsId: original.id, baseWatermark, priceStatus: 'grace_period', graceEndInMillis: null, dueAt: null, lateChecked: false }, now);
}
