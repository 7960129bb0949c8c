import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { together } from '../../platform/database/together.js';
import { CollectionStart } from '../collection-start.js';
import type { Invoice } from '../invoice.entity.js';
import { turned } from '../invoice.events.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { InvoiceRating, type RatedInvoices } from '../invoice-rating.js';
import type { BilledCharges } from '../taxation/billed-charges.js';
import { InvoiceRows } from './invoice-rows.js';
import { LockedLines } from './locked-lines.js';

/** grace_period → price_locked: fixes which events count, rates them, freezes the lines and who they are from and to. */
@Injectable()
export class InvoiceLocks {
  constructor(
    private readonly database: Database,
    private readonly rows: InvoiceRows,
    private readonly rating: InvoiceRating,
    private readonly lines: LockedLines,
    private readonly collection: CollectionStart,
    private readonly platform: InvoicePlatform,
  ) {}

  /** Outside of a transaction: usage is read up to a watermark, which makes it stand still. */
  async rate(ids: readonly string[]): Promise<RatedInvoices> {
    return this.rating.rateMany(await this.rows.read(this.database.reader(), ids));
  }

  /** In the order of the rated ones, which is that of their numbers. Idempotent: of two runs one finds them locked. */
  lock(accountId: string, { watermark, charges }: Pick<RatedInvoices, 'watermark' | 'charges'>, asOf: number): Promise<void> {
    return this.database.transaction(async (tx) => {
      const invoices = (await this.rows.lock(tx, [...charges.keys()])).filter(({ priceStatus }) => priceStatus === 'grace_period');
      if (invoices.length === 0) return;
      await this.rating.settle(tx, invoices, charges);
      const { lines, taxes, billed } = await this.lines.of(tx, invoices, charges);
      for (const invoice of invoices) this.#freeze(invoice, billed.get(invoice.id)!, watermark, asOf);
      const locked = invoices.map(turned);
      const changes = await this.collection.begin(tx, accountId, invoices);
      await together(
        () => this.rows.writeLocked(tx, invoices),
        () => this.rows.writeLines(tx, lines),
        () => this.rows.writeTaxes(tx, taxes),
        () => this.rows.freezeParties(tx, invoices),
        () => this.rows.noteLock(tx, watermark),
      );
      await this.platform.events.locked(tx, locked, changes);
    });
  }

  #freeze(invoice: Invoice, { tax, taxIncluded, taxTreatment, exchange }: BilledCharges, watermark: string, asOf: number): void {
    const now = this.platform.clock.now();
    invoice.tax = tax;
    invoice.taxIncluded = taxIncluded;
    invoice.taxTreatment = taxTreatment;
    invoice.exchange = exchange ?? null;
    invoice.total = invoice.subtotal - taxIncluded;
    invoice.priceStatus = 'price_locked';
    invoice.lockTime = asOf;
    invoice.collectionOffset = asOf - now;
    invoice.lockWatermark = watermark;
    invoice.dueAt = null;
    invoice.updateTime = now;
  }
}
