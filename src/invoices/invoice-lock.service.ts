import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { Decimal, newId } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { CollectionStart } from './collection-start.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceEvents } from './invoice.events.js';
import { InvoiceLine } from './invoice-line.entity.js';
import { InvoiceRating } from './invoice-rating.js';
import { InvoiceRepository } from './invoice.repository.js';

/** What the lock writes as a line, rated or carried from an earlier invoice. */
type FrozenLine = Omit<InvoiceLine, 'id' | 'accountId' | 'invoiceId' | 'position'>;

/** grace_period → price_locked: fixes which events count, rates them, freezes the lines. */
@Injectable()
export class InvoiceLockService {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly rating: InvoiceRating,
    private readonly collection: CollectionStart,
    private readonly clock: ProcessClock,
    private readonly events: InvoiceEvents,
  ) {}

  /** Idempotent: of two runs one finds the invoice locked. Usage is read outside the transaction, up to a watermark that makes it stand still. */
  async lock(invoiceId: string, asOf: number): Promise<void> {
    const { watermark, charges } = await this.rating.rate(await this.database.reader().findOneOrFail(Invoice, { id: invoiceId }));
    await this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, invoiceId);
      if (invoice.priceStatus !== 'grace_period') return;
      const carried = await this.#carried(tx, invoice);
      const lines = [...charges.lines.filter((line) => !line.isEmpty).map(({ isEmpty: _isEmpty, ...line }) => ({ ...line, tiers: [...line.tiers] })), ...carried];
      lines.forEach((line, position) => tx.create(InvoiceLine, { ...line, id: newId('inl'), accountId: invoice.accountId, invoiceId, position }));
      invoice.subtotal = lines.reduce((sum, line) => sum + line.amount, 0n);
      invoice.total = invoice.subtotal;
      invoice.priceStatus = 'price_locked';
      invoice.lockTime = asOf;
      invoice.collectionOffset = asOf - this.clock.now();
      invoice.lockWatermark = watermark;
      invoice.dueAt = null;
      invoice.updateTime = this.clock.now();
      await tx.flush();
      await this.events.priceStatusChanged(tx, invoice);
      await this.collection.begin(tx, invoice);
    });
  }

  /** Earlier invoices too small for the provider to collect: each becomes a named line here, once. */
  async #carried(tx: Transaction, invoice: Invoice): Promise<FrozenLine[]> {
    const { accountId, customerId, currency } = invoice;
    const earlier = await tx.find(
      Invoice,
      { accountId, customerId, currency, paymentStatusReason: 'carried_forward', carriedIntoId: null },
      { orderBy: { periodStartInMillis: 'asc', id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    return earlier.map((carried) => {
      carried.carriedIntoId = invoice.id;
      return {
        kind: 'carried' as const,
        productItemId: null,
        priceId: null,
        meterApiName: null,
        description: `Carried forward from ${day(carried.periodStartInMillis)} to ${day(carried.periodEndInMillis)}`,
        quantity: Decimal.ONE,
        unitPriceText: '',
        exactAmount: carried.total.toString(),
        amount: carried.total,
        tiers: [],
      };
    });
  }
}


function day(timeInMillis: number): string {
  return new Date(timeInMillis).toISOString().slice(0, 10);
}
