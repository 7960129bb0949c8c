import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderCustomer, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { Transaction } from '../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../provider-intents/intent-handlers.js';
import { madeFrom, type ProviderIntent } from '../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../provider-intents/provider-intents.service.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { LinkState } from './customer-link-state.js';
import { CustomerRepository } from './customer.repository.js';
import { providerDetails, sameDetails, type ProviderDetails } from './provider-details.js';
import { UpdateCustomerHandler } from './update-customer.handler.js';

export const CREATE_CUSTOMER = 'customer.create';

export interface CreateCustomerParameters extends ProviderDetails {
  readonly linkId: string;
  readonly customerId: string;
}

/** Creates the customer at the provider and puts the link in force. The subject is the link, so that a later link is a new attempt. */
@Injectable()
export class CreateCustomerHandler implements IntentHandler<ProviderCustomer>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly customers: CustomerRepository,
    private readonly links: CustomerLinkRepository,
    private readonly state: LinkState,
    private readonly updates: UpdateCustomerHandler,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(CREATE_CUSTOMER, this);
  }

  async perform(intent: ProviderIntent, { provider, context, tags }: ProviderCall): Promise<ProviderOutcome<ProviderCustomer>> {
    if (!provider.customers) throw new UnsupportedByProviderError(provider.describe().name, 'customers');
    const { customerId, name, email, description, address } = parametersOf(intent);
    return provider.customers.create({ tags: tags(customerId), name, email, description, address }, context);
  }

  async find(intent: ProviderIntent, { provider, context, tags }: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderCustomer>>> {
    return provider.fetch('customer', { tags: tags(parametersOf(intent).customerId), createdAfterInMillis: madeFrom(intent) }, context);
  }

  makes(intent: ProviderIntent): { kind: 'customer'; ownId: string } {
    return { kind: 'customer', ownId: parametersOf(intent).customerId };
  }

  objectId(customer: ProviderCustomer): string {
    return customer.id;
  }

  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<ProviderCustomer>): Promise<void> {
    const sent = parametersOf(intent);
    const { linkId, customerId } = sent;
    const customer = await this.customers.findForUpdate(tx, intent.accountId, customerId);
    const link = await this.links.findForUpdate(tx, linkId);
    if (!customer) throw new Error(`Customer ${customerId} of provider intent ${intent.id} does not exist.`);
    if (outcome.outcome === 'succeeded' || outcome.outcome === 'pending') {
      if (link.status === 'pending') {
        await this.state.confirm(tx, customer, link, outcome.value.id);
        if (!sameDetails(sent, providerDetails(customer))) await this.updates.planFor(tx, customer);
      } else {
        // Unlinked in the meantime: kept as history, so that a later auto-create takes this one up again.
        link.providerCustomerId = outcome.value.id;
      }
    } else if (link.status === 'pending') {
      if (outcome.outcome === 'failed') await this.state.fail(tx, link, outcome.message);
      else link.statusReason = outcome.message;
    }
    await tx.flush();
  }
}

function parametersOf(intent: ProviderIntent): CreateCustomerParameters {
  return intent.parameters as unknown as CreateCustomerParameters;
}
