import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { CollectionStart } from '../collection-start.js';
import type { Invoice } from '../invoice.entity.js';
import { turned } from '../invoice.events.js';
import type { InvoiceLine } from '../invoice-line.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { InvoiceRating, type RatedInvoices } from '../invoice-rating.js';
import { CarriedInvoices } from './carried-invoices.js';
import { InvoiceRows } from './invoice-rows.js';

/** grace_period → price_locked: fixes which events count, rates them, freezes the lines and who they are from and to. */
@Injectable()
export class InvoiceLocks {
  constructor(
    private readonly database: Database,
    private readonly rows: InvoiceRows,
    private readonly rating: InvoiceRating,
    private readonly carried: CarriedInvoices,
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
      const lines = await this.#lines(tx, invoices, charges);
      for (const invoice of invoices) this.#freeze(invoice, watermark, asOf);
      const locked = invoices.map(turned);
      const changes = await this.collection.begin(tx, accountId, invoices);
      await this.rows.write(tx, invoices);
      await this.rows.writeLines(tx, lines);
      await this.rows.freezeParties(tx, invoices);
      await this.platform.events.locked(tx, locked, changes);
    });
  }

  /** Sets each invoice's total to the sum of its lines. */
  async #lines(tx: Transaction, invoices: readonly Invoice[], charges: ReadonlyMap<string, RatedCharges>): Promise<InvoiceLine[]> {
    const carried = await this.carried.into(tx, invoices);
    return invoices.flatMap((invoice) => {
      const rated = charges.get(invoice.id)!.lines.filter((line) => !line.isEmpty).map(({ isEmpty: _isEmpty, ...line }) => ({ ...line, tiers: [...line.tiers] }));
      const lines = [...rated, ...(carried.get(invoice.id) ?? [])];
      invoice.subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
      return lines.map((line, position) => ({ ...line, id: newId('inl'), accountId: invoice.accountId, invoiceId: invoice.id, position }));
    });
  }

  #freeze(invoice: Invoice, watermark: string, asOf: number): void {
    const now = this.platform.clock.now();
    invoice.total = invoice.subtotal;
    invoice.priceStatus = 'price_locked';
    invoice.lockTime = asOf;
    invoice.collectionOffset = asOf - now;
    invoice.lockWatermark = watermark;
    invoice.dueAt = null;
    invoice.updateTime = now;
  }
}
