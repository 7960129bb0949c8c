import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { CUSTOMER_FIELD, UsageStore } from '@tollkeeper/usage-store';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { UsageRetention } from '../../metering/retention/usage-retention.js';
import { Database } from '../../platform/database/database.js';
import { InvoiceRating } from '../invoice-rating.js';
import type { InvoiceLine } from '../invoice-line.entity.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { changedLines, type ChangedLine, type ComparedLine, type UsageChange } from './changed-lines.js';

export interface InvoiceDifferences {
  readonly invoice: Invoice;
  /** What rating made of it at the lock, without what was carried in from elsewhere. */
  readonly lockedTotal: bigint;
  readonly presentTotal: bigint;
  readonly lines: readonly ChangedLine[];
}

/** What a locked invoice would be if it were computed now, beside what it is, and why: it is computed a second time with the events of its lock. */
@Injectable()
export class InvoiceDifferencesService {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly rating: InvoiceRating,
    private readonly usage: UsageStore,
    private readonly retention: UsageRetention,
  ) {}

  /** @throws DomainError `invoice_not_found`, `invoice_not_locked`, `invoice_not_rated`, `usage_dropped`, `negative_quantity` */
  async of(accountId: string, invoiceId: string): Promise<InvoiceDifferences> {
    const reader = this.database.reader();
    const invoice = await this.invoices.get(reader, accountId, invoiceId);
    if (invoice.priceStatus !== 'price_locked') throw conflict('invoice_not_locked', 'The invoice is not locked yet: it is computed anew each time it is read, and there is nothing to compare it with.');
    const { lockWatermark: watermark, planId } = invoice;
    if (watermark == null || planId == null) throw conflict('invoice_not_rated', 'The invoice was not made by rating a period, so there is nothing to compute again.');
    const { keptFrom } = await this.retention.bounds(accountId);
    if (keptFrom !== null && keptFrom > invoice.periodStartInMillis) throw conflict('usage_dropped', `Usage before ${new Date(keptFrom).toISOString()} is kept no longer, so that the invoice cannot be computed again.`);
    const locked = (await this.invoices.lines(this.database.reader(), invoiceId)).filter(isRated);
    const [asOfLock, present] = [await this.rating.rateAt(invoice, { watermark }), await this.rating.rateAt(invoice, { watermark: null })];
    const changes = new Map<string, UsageChange>();
    for (const meterApiName of metersOf(present)) changes.set(meterApiName, await this.#usageChange(invoice, meterApiName, watermark));
    const lines = changedLines({ locked: locked.map(comparedLine), asOfLock: rated(asOfLock), present: rated(present) }, changes);
    return { invoice, lockedTotal: locked.reduce((sum, { amount }) => sum + amount, 0n), presentTotal: present.total, lines };
  }

  /** Of all the meter's events of the customer in the period, whichever of them a price counts. */
  async #usageChange({ accountId, customerId, periodStartInMillis, periodEndInMillis }: Invoice, meterApiName: string, watermark: string): Promise<UsageChange> {
    const filters = [{ field: CUSTOMER_FIELD, values: [customerId] }];
    const count = async (span: { readonly watermark?: string; readonly since?: string }): Promise<bigint> => {
      const [row] = await this.usage.aggregate({ accountId, meterApiName, aggregation: 'count', boundariesInMillis: [periodStartInMillis, periodEndInMillis], filters, ...span });
      return BigInt(row?.value ?? '0');
    };
    const [then, now, late] = [await count({ watermark }), await count({}), await count({ since: watermark })];
    return { lateEventCount: late, removedEventCount: then + late - now };
  }
}

/** What comes from elsewhere is no result of rating. */
function isRated({ kind }: InvoiceLine): boolean {
  return kind !== 'carried';
}

function metersOf({ lines }: RatedCharges): Set<string> {
  return new Set(lines.flatMap(({ meterApiName }) => meterApiName ?? []));
}

function rated({ lines }: RatedCharges): ComparedLine[] {
  return lines.filter(({ isEmpty }) => !isEmpty).map(comparedLine);
}

function comparedLine(line: Pick<InvoiceLine, 'kind' | 'description' | 'productItemId' | 'priceId' | 'priceVersion' | 'meterApiName' | 'quantity' | 'exactAmount' | 'amount' | 'periodStartInMillis'>): ComparedLine {
  const { kind, description, quantity, exactAmount, amount } = line;
  return {
    ...{ kind, description, exactAmount, amount, quantity: quantity.toString() },
    productItemId: line.productItemId ?? null,
    priceId: line.priceId ?? null,
    priceVersion: line.priceVersion ?? null,
    meterApiName: line.meterApiName ?? null,
    partStartInMillis: line.periodStartInMillis ?? null,
  };
}
