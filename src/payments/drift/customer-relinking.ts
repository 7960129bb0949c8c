import { Injectable } from '@nestjs/common';
import { CustomerLinking } from '../../customers/customer-linking.service.js';
import { CustomerRepository } from '../../customers/customer.repository.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import { Database } from '../../platform/database/database.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';

const DEADLINE_IN_MILLIS = 15_000;

/** Links a customer of ours to the one the provider has already. */
@Injectable()
export class CustomerRelinking {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomerRepository,
    private readonly linking: CustomerLinking,
    private readonly connections: PaymentConnections,
    private readonly intents: ProviderIntents,
  ) {}

  /** Does nothing for a customer that does not exist here: it is taken over when it is created with auto-create. */
  async link({ accountId, connectionId, customerId }: { accountId: string; connectionId: string; customerId: string }): Promise<void> {
    const intentId = await this.database.transaction(async (tx) => {
      const customer = await this.customers.findForUpdate(tx, accountId, customerId);
      const { providerName } = await this.connections.getById(tx, connectionId);
      return customer ? this.linking.planCreation(tx, customer, connectionId, providerName) : null;
    });
    if (intentId !== null) await this.intents.run(intentId, { deadlineInMillis: DEADLINE_IN_MILLIS });
  }
}
