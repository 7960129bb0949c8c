import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PaymentProviderRegistry, sameTaxId, UnsupportedByProviderError, type CustomerTaxDetails, type CustomerTaxInput, type CustomerTaxOperations, type FetchResult, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { CustomerLinkRepository } from '../../customers/customer-link.repository.js';
import type { CustomerLink } from '../../customers/customer-link.entity.js';
import { CustomerRepository } from '../../customers/customer.repository.js';
import { CUSTOMER_LINKED, CUSTOMER_UPDATED } from '../../customers/customers.events.js';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { IntentHandler, ProviderCall } from '../../provider-intents/intent-handlers.js';
import { isUnfinished, type ProviderIntent } from '../../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';
import { includesAll, readTaxDetails, sameTaxDetails } from './told-tax-details.js';

export const SET_TAX_DETAILS = 'customer.set_tax_details';

interface TaxDetailsParameters extends CustomerTaxInput {
  readonly customerId: string;
  readonly linkId: string;
}

type TaxOutcome = ProviderOutcome<CustomerTaxDetails>;

/** Keeps tax ids and exemption at the provider as they are here, for the customers that we created there and no others: its documents print them. */
@Injectable()
export class CustomerTaxDetailsHandler implements IntentHandler<CustomerTaxDetails>, OnModuleInit {
  constructor(
    private readonly intents: ProviderIntents,
    private readonly customers: CustomerRepository,
    private readonly links: CustomerLinkRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.intents.registerHandler(SET_TAX_DETAILS, this);
    for (const type of [CUSTOMER_UPDATED, CUSTOMER_LINKED]) this.outbox.subscribe(type, (tx, { accountId, objectId }) => this.planFor(tx, accountId, objectId));
  }

  /** Joins the transaction that changed them; the background sends it. */
  async planFor(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    await tx.flush();
    if ((await readTaxDetails(tx, accountId, customerId, SET_TAX_DETAILS)) === null) return;
    // One change after the other, so that the later one reads both.
    await this.customers.findForUpdate(tx, accountId, customerId);
    const details = await readTaxDetails(tx, accountId, customerId, SET_TAX_DETAILS);
    if (details === null) return;
    for (const link of await this.links.history(tx, { accountId, customerId })) {
      if (link.status === 'linked' && this.#keeps(link) && (await this.links.wasCreatedByUs(tx, link))) await this.#plan(tx, link, details);
    }
  }

  perform(intent: ProviderIntent, call: ProviderCall): Promise<TaxOutcome> {
    const { providerCustomerId, taxIds, formerTaxIds, exemption } = parametersOf(intent);
    return operations(call).set({ providerCustomerId, taxIds, formerTaxIds, exemption }, call.context);
  }

  /** Numbers that others have added there change nothing of it. */
  async find(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<CustomerTaxDetails>>> {
    const { providerCustomerId, taxIds, formerTaxIds, exemption } = parametersOf(intent);
    const there = await operations(call).read({ providerCustomerId }, call.context);
    if (there.outcome !== 'succeeded') return there as ProviderOutcome<FetchResult<CustomerTaxDetails>>;
    const { value } = there;
    const isRid = formerTaxIds.every((former) => taxIds.some((taxId) => sameTaxId(taxId, former)) || !value.taxIds.some((known) => sameTaxId(known, former)));
    return { outcome: 'succeeded', value: value.exemption === exemption && includesAll(value.taxIds, taxIds) && isRid ? { found: true, value } : { found: false } };
  }

  /** Changed again while this one was under way: planning had answered with this one then. */
  async apply(tx: Transaction, intent: ProviderIntent, outcome: TaxOutcome): Promise<void> {
    if (outcome.outcome === 'unknown' || outcome.outcome === 'requires_action') return;
    const sent = parametersOf(intent);
    await this.customers.findForUpdate(tx, intent.accountId, sent.customerId);
    const [details, link] = [await readTaxDetails(tx, intent.accountId, sent.customerId, SET_TAX_DETAILS), await this.links.find(tx, sent.linkId)];
    if (details && link?.status === 'linked' && !sameTaxDetails(details, sent)) await this.#write(tx, link, details, sent);
  }

  #keeps({ providerName }: CustomerLink): boolean {
    return this.registry.has(providerName) && this.registry.get(providerName).describe().capabilities.customerTaxes;
  }

  async #plan(tx: Transaction, link: CustomerLink, details: CustomerTaxDetails): Promise<void> {
    const last = await this.intents.latest(tx, subjectOf(link), SET_TAX_DETAILS);
    const told = last && parametersOf(last);
    // What was refused is tried again with the next change of the customer, whatever it is: what stood in the way may be gone.
    if (last && told && (isUnfinished(last) || (last.outcome !== 'failed' && sameTaxDetails(told, details)))) return;
    await this.#write(tx, link, details, told);
  }

  async #write(tx: Transaction, link: CustomerLink, { taxIds, exemption }: CustomerTaxDetails, told: TaxDetailsParameters | null): Promise<void> {
    const formerTaxIds = [...(told?.taxIds ?? []), ...(told?.formerTaxIds ?? [])].filter((former) => !taxIds.some((taxId) => sameTaxId(taxId, former)));
    const parameters: TaxDetailsParameters = { customerId: link.customerId, linkId: link.id, providerCustomerId: link.providerCustomerId ?? '', taxIds, formerTaxIds, exemption };
    await this.intents.plan(tx, { ...subjectOf(link), connectionId: link.connectionId, kind: SET_TAX_DETAILS, parameters: { ...parameters } });
  }
}

function subjectOf({ accountId, id }: CustomerLink): { accountId: string; subjectType: string; subjectId: string } {
  return { accountId, subjectType: 'customer_link', subjectId: id };
}

function operations({ provider }: ProviderCall): CustomerTaxOperations {
  if (!provider.customerTaxes) throw new UnsupportedByProviderError(provider.describe().name, 'customerTaxes');
  return provider.customerTaxes;
}

function parametersOf(intent: ProviderIntent): TaxDetailsParameters {
  return intent.parameters as unknown as TaxDetailsParameters;
}
