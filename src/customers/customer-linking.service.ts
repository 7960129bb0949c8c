import { Injectable } from '@nestjs/common';
import { conflict, newId } from '@tollkeeper/kernel';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import { ProcessClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import { ProviderIntents } from '../provider-intents/provider-intents.service.js';
import { CREATE_CUSTOMER, type CreateCustomerParameters } from './create-customer.handler.js';
import { CustomerLink } from './customer-link.entity.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { LinkState } from './customer-link-state.js';
import type { Customer } from './customer.entity.js';
import { earlierIds, type PreparedLink } from './link-preparation.js';
import { providerDetails } from './provider-details.js';

/** Brings a customer's links to what a write wants; joins the transaction that stores the customer and holds its row. */
@Injectable()
export class CustomerLinking {
  constructor(
    private readonly links: CustomerLinkRepository,
    private readonly state: LinkState,
    private readonly connections: PaymentConnections,
    private readonly intents: ProviderIntents,
    private readonly clock: ProcessClock,
  ) {}

  /** @returns ids of intents to run after the commit. @throws DomainError `connection_changed` (conflict) */
  async apply(tx: Transaction, customer: Customer, prepared: readonly PreparedLink[]): Promise<string[]> {
    const intentIds: string[] = [];
    for (const link of prepared) {
      if (link.connectionId === null) continue;
      const connection = await this.connections.findForUse(tx, customer.accountId, link.wish.providerName);
      if (connection?.id !== link.connectionId) throw conflict('connection_changed', `The ${link.wish.displayName} connection was changed at the same time. Send this again.`);
      const current = await this.#lockCurrent(tx, customer, link.connectionId);
      if (link.wish.given !== null) await this.#give(tx, customer, current, link, link.wish.given);
      else if (link.wish.create) intentIds.push(...(await this.#create(tx, customer, current, link)));
      else await this.#omit(tx, customer, current, link.connectionId);
    }
    return intentIds;
  }

  /** Makes a new attempt to create the customer at the provider, with a link and an intent of its own. */
  async planCreation(tx: Transaction, customer: Customer, connectionId: string, providerName: string): Promise<string> {
    const link = await this.#insert(tx, customer, { connectionId, providerName, providerCustomerId: null, origin: 'created' });
    return this.#planFor(tx, customer, link);
  }

  async #give(tx: Transaction, customer: Customer, current: CustomerLink | null, { wish, connectionId, good }: PreparedLink, given: string): Promise<void> {
    if (current?.providerCustomerId === given) {
      if (current.status === 'pending' && good.has(given)) await this.state.confirm(tx, customer, current, given);
      return;
    }
    if (current) await this.state.end(tx, current);
    const link = await this.#insert(tx, customer, { connectionId: connectionId as string, providerName: wish.providerName, providerCustomerId: given, origin: 'given' });
    if (good.has(given)) await this.state.confirm(tx, customer, link, given);
  }

  async #create(tx: Transaction, customer: Customer, current: CustomerLink | null, { wish, connectionId, good, gone }: PreparedLink): Promise<string[]> {
    if (current?.status === 'linked') {
      await this.state.writeTraits(tx, customer, current);
      return [];
    }
    if (current?.origin === 'created') return [await this.#planFor(tx, customer, current)];
    if (current?.origin === 'adopted') return [];
    if (current) await this.state.end(tx, current);
    const ofConnection = (await this.links.history(tx, customer)).filter((link) => link.connectionId === connectionId);
    const earlier = earlierIds(ofConnection).find((id) => !gone.has(id));
    if (earlier === undefined) return [await this.planCreation(tx, customer, connectionId as string, wish.providerName)];
    const link = await this.#insert(tx, customer, { connectionId: connectionId as string, providerName: wish.providerName, providerCustomerId: earlier, origin: 'adopted' });
    if (good.has(earlier)) await this.state.confirm(tx, customer, link, earlier);
    return [];
  }

  /**
   * The trait is not in a full replacement: what was in force is no longer. A creation still under way stays: the writer never
   * saw its trait and cannot have meant to take it away.
   */
  async #omit(tx: Transaction, customer: Customer, current: CustomerLink | null, connectionId: string): Promise<void> {
    if (current && (current.status === 'linked' || current.origin === 'given')) await this.state.end(tx, current);
    await this.state.closeFailed(tx, customer, connectionId);
  }

  async #lockCurrent(tx: Transaction, customer: Customer, connectionId: string): Promise<CustomerLink | null> {
    const current = await this.links.findCurrent(tx, customer, connectionId);
    return current ? this.links.findForUpdate(tx, current.id) : null;
  }

  async #planFor(tx: Transaction, customer: Customer, link: CustomerLink): Promise<string> {
    const parameters: CreateCustomerParameters = { linkId: link.id, customerId: customer.customerId, ...providerDetails(customer) };
    const intent = await this.intents.plan(tx, {
      accountId: customer.accountId,
      connectionId: link.connectionId,
      kind: CREATE_CUSTOMER,
      subjectType: 'customer_link',
      subjectId: link.id,
      parameters: { ...parameters },
    });
    return intent.id;
  }

  async #insert(tx: Transaction, customer: Customer, link: Pick<CustomerLink, 'connectionId' | 'providerName' | 'origin'> & { providerCustomerId: string | null }): Promise<CustomerLink> {
    await this.state.closeFailed(tx, customer, link.connectionId);
    const now = this.clock.now();
    const created = tx.create(CustomerLink, {
      id: newId('lnk', now),
      accountId: customer.accountId,
      customerId: customer.customerId,
      ...link,
      status: 'pending',
      statusReason: null,
      // A creation is followed by its intent; only ids from elsewhere have to be asked about.
      nextCheckTime: link.origin === 'created' ? null : now,
      linkTime: null,
      unlinkTime: null,
      createTime: now,
    });
    await tx.flush();
    return created;
  }
}
