import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { UsageStore } from '@tollkeeper/usage-store';
import { PlansService } from '../catalog/plans.service.js';
import { ChargesService } from '../charges/charges.service.js';
import type { RatedCharges } from '../charges/rated-charges.js';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Invoice } from './invoice.entity.js';

/** Some invoices' charges, up to one watermark. */
export interface RatedInvoices {
  readonly watermark: string;
  readonly charges: ReadonlyMap<string, RatedCharges>;
  /** Why these cannot be rated. */
  readonly failures: ReadonlyMap<string, DomainError>;
}

/** Rates an invoice's period: everything there is now for a preview, everything below a fixed watermark for the lock. */
@Injectable()
export class InvoiceRating {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansService,
    private readonly charges: ChargesService,
    private readonly usage: UsageStore,
  ) {}

  /** Of one account, up to one watermark; each rated or with the reason why it cannot be, in their order. */
  async rateMany(invoices: readonly Invoice[]): Promise<RatedInvoices> {
    const reader = this.database.reader();
    const watermark = await this.usage.watermark();
    const rated = new Map<string, RatedCharges | DomainError>();
    for (const alike of samePlanAndPeriod(invoices)) {
      const { accountId, planId, periodStartInMillis, periodEndInMillis } = alike[0]!;
      const plan = await this.plans.getPriced(reader, accountId, planId ?? '');
      const charges = await this.charges.rateMany(reader, { accountId, plan, periodStartInMillis, periodEndInMillis, watermark }, alike.map(({ customerId }) => customerId));
      for (const { id, customerId } of alike) rated.set(id, charges.get(customerId)!);
    }
    const inOrder = invoices.map(({ id }) => [id, rated.get(id)!] as const);
    return {
      watermark,
      charges: new Map(inOrder.filter((entry): entry is [string, RatedCharges] => !(entry[1] instanceof DomainError))),
      failures: new Map(inOrder.filter((entry): entry is [string, DomainError] => entry[1] instanceof DomainError)),
    };
  }

  /** @param reader the caller's transaction, where it is in one */
  async preview(invoice: Invoice, reader: Transaction = this.database.reader()): Promise<RatedCharges> {
    const plan = await this.plans.getPriced(reader, invoice.accountId, invoice.planId ?? '');
    const { accountId, customerId, periodStartInMillis, periodEndInMillis } = invoice;
    return this.charges.rate(reader, { accountId, customerId, plan, periodStartInMillis, periodEndInMillis, watermark: null });
  }
}

function samePlanAndPeriod(invoices: readonly Invoice[]): Invoice[][] {
  return Object.values(Object.groupBy(invoices, ({ planId, periodStartInMillis, periodEndInMillis }) => `${planId} ${periodStartInMillis} ${periodEndInMillis}`)) as Invoice[][];
}
