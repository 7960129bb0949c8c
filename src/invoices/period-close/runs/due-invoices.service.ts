import { Injectable } from '@nestjs/common';
import type { DomainError } from '@tollkeeper/kernel';
import type { RatedCharges } from '../../../charges/rated-charges.js';
import { CustomerLinks } from '../../../customers/customer-links.service.js';
import { AccountClock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Invoice } from '../../invoice.entity.js';
import { InvoiceRating } from '../../invoice-rating.js';
import { GracePeriods } from '../grace-periods.js';
import { InvoiceRows } from '../invoice-rows.js';
import { dueInvoices, type RunPlace } from './due-invoices.js';

/** What a run would lock, as things stand now. */
export interface DueInvoice {
  readonly invoice: Invoice;
  readonly place: RunPlace;
  /** When its grace is over. */
  readonly graceEndInMillis: number;
  /** What it comes to, or why it cannot be locked. */
  readonly charges: RatedCharges | DomainError;
}

/** What is due, for people to look at before it is locked. */
@Injectable()
export class DueInvoices {
  constructor(
    private readonly database: Database,
    private readonly clock: AccountClock,
    private readonly rows: InvoiceRows,
    private readonly rating: InvoiceRating,
    private readonly links: CustomerLinks,
    private readonly graces: GracePeriods,
  ) {}

  /**
   * Invoices that are not locked and whose period is over as of then, by when it is, then by id. Changes nothing.
   * @param asOf epoch milliseconds by the account's clock, default now; of one to come, usage is what there is now, and periods that have not begun are not among them
   */
  async list(accountId: string, asOf: number | null, after: RunPlace | null, limit: number): Promise<DueInvoice[]> {
    const reader = this.database.reader();
    const due = await dueInvoices(reader, accountId, asOf ?? (await this.clock.now(accountId)), after, limit);
    const places = new Map(due.map(({ id, at }) => [id, { atInMillis: Number(at), id }]));
    const invoices = await this.rows.read(reader, [...places.keys()]);
    if (invoices.length === 0) return [];
    const charges = await this.rating.previewMany(invoices, null);
    const graceEndOf = await this.graces.endsOf(reader, accountId, await this.links.inForceMany(reader, accountId, [...new Set(invoices.map(({ customerId }) => customerId))]));
    return invoices.map((invoice) => ({
      invoice,
      place: places.get(invoice.id)!,
      graceEndInMillis: invoice.graceEndInMillis ?? graceEndOf(invoice),
      charges: charges.get(invoice.id)!,
    }));
  }
}
