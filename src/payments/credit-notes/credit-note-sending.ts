import { Injectable } from '@nestjs/common';
import { InvoiceLease } from '../../invoices/hand-over/invoice-lease.js';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { assertNotRefused } from '../../provider-intents/intent-answers.js';
import type { ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';

const CALL_DEADLINE_IN_MILLIS = 15_000;

/** The way to the provider that making and voiding share. */
@Injectable()
export class CreditNoteSending {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly refresh: InvoiceRefresh,
    private readonly lease: InvoiceLease,
  ) {}

  underLease<T>(invoiceId: string, work: () => Promise<T>): Promise<T> {
    return this.lease.during(invoiceId, work);
  }

  /** @returns as far as it got. @throws DomainError `refused_by_provider` */
  async send(intentId: string, invoiceId: string): Promise<ProviderIntent> {
    const intent = await this.intents.run(intentId, { deadlineInMillis: CALL_DEADLINE_IN_MILLIS });
    await this.refresh.refresh(invoiceId);
    assertNotRefused(intent);
    return intent;
  }
}
