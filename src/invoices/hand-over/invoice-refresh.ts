import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoiceState } from '../invoice-state.js';

const DEADLINE_IN_MILLIS = 15_000;

/** Fetches an invoice's document and takes over what it says. The one way in which status comes back from a provider. */
@Injectable()
export class InvoiceRefresh {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly invoices: InvoiceRepository,
    private readonly state: InvoiceState,
  ) {}

  /** @returns false when the provider could not be asked; nothing changed then */
  async refresh(invoiceId: string): Promise<boolean> {
    const { connectionId, providerInvoiceId } = await this.database.reader().findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null || providerInvoiceId == null) return true;
    const requestStart = this.gateway.now();
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('invoice', { providerId: providerInvoiceId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return false;
    const { value } = fetched;
    await this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, invoiceId);
      if (invoice.providerInvoiceId !== providerInvoiceId) return;
      if (value.found) await this.state.observe(tx, invoice, value.value, requestStart);
      else await this.state.missing(tx, invoice, requestStart);
    });
    return true;
  }
}
