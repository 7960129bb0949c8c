import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnsupportedByProviderError, type FetchResult, type ProviderCustomer, type ProviderOutcome } from '@tollkeeper/payment-provider';
import type { Transaction } from '../platform/database/database.js';
import type { IntentHandler, ProviderCall } from '../provider-intents/intent-handlers.js';
import type { ProviderIntent } from '../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../provider-intents/provider-intents.service.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import type { CustomerLink } from './customer-link.entity.js';
import type { Customer } from './customer.entity.js';
import { CustomerRepository } from './customer.repository.js';
import { providerDetails, sameDetails, type ProviderDetails } from './provider-details.js';

export const UPDATE_CUSTOMER = 'customer.update';

interface UpdateCustomerParameters extends ProviderDetails {
  readonly linkId: string;
  readonly customerId: string;
  readonly providerCustomerId: string;
}

/** Keeps name, e-mail, description and address at the provider as they are here, for the customers we created there and no others. */
@Injectable()
export class UpdateCustomerHandler implements IntentHandler<ProviderCustomer>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly customers: CustomerRepository,
    private readonly links: CustomerLinkRepository,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(UPDATE_CUSTOMER, this);
  }

  /** Joins the transaction that changed the customer; the background sends it. */
  async planFor(tx: Transaction, customer: Customer): Promise<void> {
    for (const link of await this.links.history(tx, customer)) {
      if (link.status === 'linked' && (await this.links.wasCreatedByUs(tx, link))) await this.#plan(tx, customer, link);
    }
  }

  async perform(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<ProviderCustomer>> {
    if (!provider.customers) throw new UnsupportedByProviderError(provider.describe().name, 'customers');
    const { providerCustomerId, name, email, description, address } = parametersOf(intent);
    return provider.customers.update({ providerCustomerId, name, email, description, address }, context);
  }

  /** What can be read back decides; a second update with the same values changes nothing more. */
  async find(intent: ProviderIntent, { provider, context }: ProviderCall): Promise<ProviderOutcome<FetchResult<ProviderCustomer>>> {
    const { providerCustomerId, name, email } = parametersOf(intent);
    const outcome = await provider.fetch('customer', { providerId: providerCustomerId }, context);
    if (outcome.outcome !== 'succeeded' || !outcome.value.found) return outcome;
    const { value } = outcome.value;
    return { outcome: 'succeeded', value: value.name === name && value.email === email ? { found: true, value } : { found: false } };
  }

  objectId(customer: ProviderCustomer): string {
    return customer.id;
  }

  async apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<ProviderCustomer>): Promise<void> {
    if (outcome.outcome === 'unknown' || outcome.outcome === 'requires_action') return;
    const sent = parametersOf(intent);
    const customer = await this.customers.findForUpdate(tx, intent.accountId, sent.customerId);
    const link = await this.links.find(tx, sent.linkId);
    // Changed again while this one was under way: `plan` had answered with this one then.
    if (customer && customer.deleteTime == null && link?.status === 'linked' && !sameDetails(sent, providerDetails(customer))) await this.#plan(tx, customer, link);
  }

  async #plan(tx: Transaction, customer: Customer, link: CustomerLink): Promise<void> {
    const parameters: UpdateCustomerParameters = {
      linkId: link.id,
      customerId: customer.customerId,
      providerCustomerId: link.providerCustomerId ?? '',
      ...providerDetails(customer),
    };
    await this.intents.plan(tx, {
      accountId: customer.accountId,
      connectionId: link.connectionId,
      kind: UPDATE_CUSTOMER,
      subjectType: 'customer_link',
      subjectId: link.id,
      parameters: { ...parameters },
    });
  }
}

function parametersOf(intent: ProviderIntent): UpdateCustomerParameters {
  return intent.parameters as unknown as UpdateCustomerParameters;
}
