import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { isUnfinished } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { RefundsService } from '../refunds/refunds.service.js';

const CALL_DEADLINE_IN_MILLIS = 15_000;

/** The way to the provider that making and voiding share. */
@Injectable()
export class CreditNoteSending {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly refresh: InvoiceRefresh,
    private readonly refunds: RefundsService,
  ) {}

  underLease<T>(invoiceId: string, work: () => Promise<T>): Promise<T> {
    return this.refunds.underLease(invoiceId, work);
  }

  /** @returns false where the outcome is not known yet. @throws DomainError `refused_by_provider` */
  async send(intentId: string, invoiceId: string): Promise<boolean> {
    const intent = await this.intents.run(intentId, { deadlineInMillis: CALL_DEADLINE_IN_MILLIS });
    await this.refresh.refresh(invoiceId);
    if (intent.outcome === 'failed') throw conflict('refused_by_provider', `The payment provider refused it: ${intent.message ?? intent.code ?? 'no reason given'}`);
    return !isUnfinished(intent);
  }
}
