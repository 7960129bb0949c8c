import { Injectable } from '@nestjs/common';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { Database } from '../../platform/database/database.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import type { DispatchResult } from './dispatch-result.js';
import type { InboxEntry } from './inbox-entry.entity.js';

const DEADLINE_IN_MILLIS = 10_000;
const UNREACHABLE: DispatchResult = { result: 'unreachable', message: 'The provider could not be asked for the object.' };
const NOT_YET: DispatchResult = { result: 'unreachable', message: 'It carries our tags; the answer that made it ours has not been recorded yet.' };
const PROCESSED: DispatchResult = { result: 'processed' };

/** Invoices and payments of ours are refetched; of everything else it is found out whether it is ours at all. */
@Injectable()
export class InvoiceEventHandler {
  constructor(
    private readonly database: Database,
    private readonly refresh: InvoiceRefresh,
    private readonly gateway: ProviderGateway,
    private readonly options: PlatformOptions,
  ) {}

  async invoiceChanged({ accountId, connectionId }: InboxEntry, providerInvoiceId: string): Promise<DispatchResult> {
    const invoice = await this.#find(connectionId, providerInvoiceId);
    if (invoice) return this.#refresh(invoice.id);
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('invoice', { providerId: providerInvoiceId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return UNREACHABLE;
    const tags = fetched.value.found ? fetched.value.value.tags : {};
    // The webhook can be faster than the answer to the call that caused it.
    return tags.instance === this.options.instanceId && tags.account === accountId ? NOT_YET : { result: 'unmatched' };
  }

  async paymentChanged(entry: InboxEntry, providerPaymentId: string): Promise<DispatchResult> {
    const { accountId, connectionId } = entry;
    const known = await this.database.reader().find(InvoicePayment, { accountId, providerPaymentId }, { orderBy: { invoiceId: 'asc' } });
    for (const payment of known) {
      const result = await this.#refresh(payment.invoiceId);
      if (result !== PROCESSED) return result;
    }
    if (known.length > 0) return PROCESSED;
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('payment', { providerId: providerPaymentId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return UNREACHABLE;
    const providerInvoiceId = fetched.value.found ? fetched.value.value.providerInvoiceId : null;
    return providerInvoiceId === null ? { result: 'unmatched' } : this.invoiceChanged(entry, providerInvoiceId);
  }

  #find(connectionId: string, providerInvoiceId: string): Promise<Pick<Invoice, 'id'> | null> {
    return this.database.reader().findOne(Invoice, { connectionId, providerInvoiceId }, { fields: ['id'] });
  }

  async #refresh(invoiceId: string): Promise<DispatchResult> {
    return (await this.refresh.refresh(invoiceId)) ? PROCESSED : UNREACHABLE;
  }
}
