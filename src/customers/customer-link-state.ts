import { Injectable } from '@nestjs/common';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/database.js';
import type { CustomerLink } from './customer-link.entity.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { PAYMENT_PROVIDER_TRAIT } from './customer-traits.js';
import type { Customer } from './customer.entity.js';
import { CustomerEvents } from './customers.events.js';

/** The moves of one link, each with its traits and its event in the caller's transaction. */
@Injectable()
export class LinkState {
  constructor(
    private readonly links: CustomerLinkRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly events: CustomerEvents,
    private readonly clock: ProcessClock,
  ) {}

  /** pending → linked. */
  async confirm(tx: Transaction, customer: Customer, link: CustomerLink, providerCustomerId: string): Promise<void> {
    link.providerCustomerId = providerCustomerId;
    link.status = 'linked';
    link.statusReason = null;
    link.nextCheckTime = null;
    link.linkTime = this.clock.now();
    await this.writeTraits(tx, customer, link);
    await this.events.linked(tx, link);
  }

  /** pending or linked → unlinked. The provider's customer stays as it is there. */
  async end(tx: Transaction, link: CustomerLink): Promise<void> {
    const wasLinked = link.status === 'linked';
    link.status = 'unlinked';
    link.nextCheckTime = null;
    link.unlinkTime = this.clock.now();
    await tx.flush();
    if (wasLinked) await this.events.unlinked(tx, link);
  }

  /** pending → failed. @param reason a sentence for people */
  async fail(tx: Transaction, link: CustomerLink, reason: string): Promise<void> {
    link.status = 'failed';
    link.statusReason = reason;
    link.nextCheckTime = null;
    await tx.flush();
    await this.events.linkFailed(tx, link);
  }

  /** A later write of the customer answers a failure: it is history, not news. */
  async closeFailed(tx: Transaction, customer: Customer, connectionId: string): Promise<void> {
    for (const link of await this.links.history(tx, customer)) {
      if (link.connectionId === connectionId && link.status === 'failed') link.status = 'unlinked';
    }
    await tx.flush();
  }

  /**
   * The customer's traits say what the link says. A link of our making also selects the provider, unless another one is chosen;
   * one that was given leaves that to whoever gave it.
   */
  async writeTraits(tx: Transaction, customer: Customer, link: CustomerLink): Promise<void> {
    const { name, customerTrait } = this.registry.get(link.providerName).describe();
    if (customerTrait !== null && link.providerCustomerId != null && customer.traits[customerTrait] !== link.providerCustomerId) {
      const selected: Record<string, string> = link.origin === 'given' ? {} : { [PAYMENT_PROVIDER_TRAIT]: customer.traits[PAYMENT_PROVIDER_TRAIT] ?? name };
      customer.traits = { ...customer.traits, [customerTrait]: link.providerCustomerId, ...selected };
      customer.updateTime = this.clock.now();
    }
    await tx.flush();
  }
}
