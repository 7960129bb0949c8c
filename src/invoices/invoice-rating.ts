import { Injectable } from '@nestjs/common';
import { UsageStore } from '@tollkeeper/usage-store';
import { PlansService } from '../catalog/plans.service.js';
import { ChargesService } from '../charges/charges.service.js';
import type { RatedCharges } from '../charges/rated-charges.js';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Invoice } from './invoice.entity.js';

/** Rates an invoice's period: everything there is now for a preview, everything below a fixed watermark for the lock. */
@Injectable()
export class InvoiceRating {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansService,
    private readonly charges: ChargesService,
    private readonly usage: UsageStore,
  ) {}

  async rate(invoice: Invoice): Promise<{ watermark: string; charges: RatedCharges }> {
    const watermark = await this.usage.watermark();
    return { watermark, charges: await this.#charges(invoice, watermark, this.database.reader()) };
  }

  /** @param reader the caller's transaction, where it is in one */
  preview(invoice: Invoice, reader: Transaction = this.database.reader()): Promise<RatedCharges> {
    return this.#charges(invoice, null, reader);
  }

  async #charges(invoice: Invoice, watermark: string | null, reader: Transaction): Promise<RatedCharges> {
    const plan = await this.plans.getPriced(reader, invoice.accountId, invoice.planId ?? '');
    const { accountId, customerId, periodStartInMillis, periodEndInMillis } = invoice;
    return this.charges.rate(reader, { accountId, customerId, plan, periodStartInMillis, periodEndInMillis, watermark });
  }
}
