import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { CustomerEventHandler } from '../inbox/customer-event.handler.js';
import { JanitorSources, type JanitorLook } from './janitor-sources.js';

const DEADLINE_IN_MILLIS = 10_000;

/** Customers that went to the provider's page to enter a payment method: that they are through may be told by nothing but a lost event. */
@Injectable()
export class PaymentMethodSetupJanitor implements OnModuleInit {
  constructor(
    private readonly sources: JanitorSources,
    private readonly database: Database,
    private readonly intents: ProviderIntents,
    private readonly gateway: ProviderGateway,
    private readonly customers: CustomerEventHandler,
  ) {}

  onModuleInit(): void {
    this.sources.register({
      kind: 'payment_method_setup',
      unsettled: `select id, account_id, connection_id from provider_intent where kind = 'payment_method.setup' and outcome = 'succeeded'`,
      look: (id) => this.#look(id),
    });
  }

  async #look(intentId: string): Promise<JanitorLook> {
    const { connectionId, providerObjectId } = await this.intents.get(this.database.reader(), intentId);
    if (providerObjectId == null) return 'ended';
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('payment_method_setup', { providerId: providerObjectId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    if (!fetched.value.found || fetched.value.value.status === 'ended') return 'ended';
    const { status, providerCustomerId } = fetched.value.value;
    if (status === 'pending') return 'looked';
    const { result } = await this.customers.methodsOf(connectionId, providerCustomerId);
    return result === 'unreachable' ? 'unreachable' : 'ended';
  }
}
