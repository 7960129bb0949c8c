import { Injectable } from '@nestjs/common';
import type { ProviderRefund } from '@tollkeeper/payment-provider';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { RefundAdoption } from '../refunds/refund-adoption.js';

const DEADLINE_IN_MILLIS = 15_000;

/** Reads from the provider what has gone back of one invoice, and takes it over, whoever did it. */
@Injectable()
export class ReturnedMoneyLook {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly invoices: InvoiceRepository,
    private readonly refunds: RefundAdoption,
  ) {}

  /** @returns false when the provider could not be asked about all of it */
  async look(invoiceId: string): Promise<boolean> {
    const { connectionId } = await this.database.reader().findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null) return true;
    const requestStart = this.gateway.now();
    const refunds = await this.#refunds(connectionId, invoiceId);
    if (refunds === null) return false;
    await this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, invoiceId);
      for (const refund of refunds) await this.refunds.adopt(tx, invoice, refund, requestStart);
    });
    return true;
  }

  /** Oldest first, so that rows are made in the order in which it happened. */
  async #refunds(connectionId: string, invoiceId: string): Promise<ProviderRefund[] | null> {
    const all: ProviderRefund[] = [];
    for (const { status, providerPaymentId } of await this.invoices.payments(this.database.reader(), invoiceId)) {
      if (status !== 'succeeded') continue;
      const listed = await this.gateway.read(connectionId, async (call) => (await call.provider.refunds?.list({ providerPaymentId }, call.context)) ?? { outcome: 'succeeded', value: [] }, { deadlineInMillis: DEADLINE_IN_MILLIS });
      if (listed.outcome !== 'succeeded') return null;
      all.push(...listed.value);
    }
    return all.sort((a, b) => a.createTimeInMillis - b.createTimeInMillis || (a.id < b.id ? -1 : 1));
  }
}
