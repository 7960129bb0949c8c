import { Injectable } from '@nestjs/common';
import { CustomerLinks } from '../../customers/customer-links.service.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { DefaultPaymentMethod } from './default-payment-method.js';
import type { DispatchResult } from './dispatch-result.js';
import type { ClaimedEvent } from './inbox-claims.js';

const DEADLINE_IN_MILLIS = 10_000;
const COLLECTING: DispatchResult = { result: 'unreachable', message: 'An invoice is being collected, perhaps with the earlier method; looked at again after that.' };

@Injectable()
export class CustomerEventHandler {
  constructor(
    private readonly database: Database,
    private readonly links: CustomerLinks,
    private readonly gateway: ProviderGateway,
    private readonly defaultMethod: DefaultPaymentMethod,
    private readonly outbox: Outbox,
    private readonly invoices: InvoiceRepository,
  ) {}

  /** A customer deleted at the provider is drift to be shown; its link stays, so that nothing is created twice. */
  async customerChanged({ connectionId, id }: ClaimedEvent, providerCustomerId: string): Promise<DispatchResult> {
    const customers = await this.links.byProviderCustomer(this.database.reader(), connectionId, providerCustomerId);
    if (customers.length === 0) return { result: 'unmatched' };
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('customer', { providerId: providerCustomerId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return { result: 'unreachable', message: 'The provider could not be asked for the customer.' };
    if (fetched.value.found && !fetched.value.value.deleted) return { result: 'processed' };
    await this.database.transaction(async (tx) => {
      for (const { accountId, customerId } of customers) {
        await this.outbox.record(tx, { accountId, type: 'customer.deleted_at_provider', objectType: 'customer', objectId: customerId, data: { customerId, connectionId, providerCustomerId, inboxId: id } });
      }
    });
    return { result: 'processed' };
  }

  /**
   * A method was added or made the default: with one to charge, waiting invoices go out. While one is being charged it is not waiting
   * yet, and may be soon, with the earlier method declined: the news is kept until then.
   */
  methodChanged({ connectionId, event }: ClaimedEvent): Promise<DispatchResult> {
    return this.methodsOf(connectionId, event.providerCustomerId);
  }

  async methodsOf(connectionId: string, providerCustomerId: string | null): Promise<DispatchResult> {
    if (providerCustomerId === null) return { result: 'processed' };
    const customers = await this.links.byProviderCustomer(this.database.reader(), connectionId, providerCustomerId);
    if (customers.length === 0) return { result: 'unmatched' };
    for (const { accountId, customerId } of customers) {
      if ((await this.invoices.countCollecting(this.database.reader(), { accountId, customerId, connectionId })) > 0) return COLLECTING;
      const defaultPaymentMethodId = await this.defaultMethod.ensure({ accountId, customerId, connectionId, providerCustomerId });
      if (defaultPaymentMethodId === 'unreachable') return { result: 'unreachable', message: 'The provider could not be asked for payment methods.' };
      if (defaultPaymentMethodId === null) continue;
      await this.database.transaction((tx) =>
        this.outbox.record(tx, { accountId, type: 'payment_method.changed', objectType: 'customer', objectId: customerId, data: { customerId, connectionId, defaultPaymentMethodId } }),
      );
    }
    return { result: 'processed' };
  }
}
