import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { Transaction } from '../../platform/database/database.js';
import { CustomerLinking } from '../customer-linking.service.js';
import { PAYMENT_PROVIDER_TRAIT, selectedProviderName } from '../customer-traits.js';
import type { Customer } from '../customer.entity.js';
import { CustomerEvents } from '../customers.events.js';
import type { ProviderSwitch, ProviderSwitchStatus } from './provider-switch.entity.js';
import { ProviderSwitchRepository } from './provider-switch.repository.js';
import { SwitchPlatform } from './switch-platform.js';

/** The moment of a switch: trait and link change together, with their history. All methods join the caller's transaction. */
@Injectable()
export class SwitchExecution {
  constructor(
    private readonly repository: ProviderSwitchRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly accounts: AccountsService,
    private readonly linking: CustomerLinking,
    private readonly customerEvents: CustomerEvents,
    private readonly platform: SwitchPlatform,
  ) {}

  /** @throws DomainError where it cannot be done any more; nothing is changed then */
  async run(tx: Transaction, switchId: string): Promise<void> {
    const { accountId, customerId } = await this.repository.get(tx, switchId);
    const customer = await this.platform.customers.findForUpdate(tx, accountId, customerId);
    const change = await this.repository.lock(tx, switchId);
    if (change.status !== 'scheduled') return;
    if (!customer || customer.deleteTime != null) throw conflict('customer_deleted', 'The customer was deleted.');
    const account = await this.accounts.getIn(tx, accountId);
    change.sourceProviderName = selectedProviderName(customer.traits, account.defaultPaymentProviderName);
    await this.#link(tx, customer, change);
    customer.traits = { ...customer.traits, [PAYMENT_PROVIDER_TRAIT]: change.targetProviderName };
    customer.updateTime = this.platform.clock.now();
    await this.#end(tx, change, 'done', null);
    // Invoices that wait for a link find it: see the subscribers.
    await this.customerEvents.updated(tx, customer);
  }

  async fail(tx: Transaction, switchId: string, reason: string): Promise<void> {
    const change = await this.repository.lock(tx, switchId);
    if (change.status === 'scheduled') await this.#end(tx, change, 'failed', reason);
  }

  async cancelWith(tx: Transaction, switchId: string, reason: string): Promise<void> {
    const change = await this.repository.lock(tx, switchId);
    if (change.status === 'scheduled') await this.#end(tx, change, 'cancelled', reason);
  }

  /** The link to the provider of before stays: bills in flight are its, and the way back needs no id. */
  async #link(tx: Transaction, customer: Customer, change: ProviderSwitch): Promise<void> {
    const { name, displayName, customerTrait } = this.registry.get(change.targetProviderName).describe();
    const given = change.targetCustomerIdentifier ?? null;
    if (customerTrait === null || given === null) return;
    const wish = { providerName: name, displayName, trait: customerTrait, given, create: false };
    await this.linking.apply(tx, customer, [{ wish, connectionId: change.targetConnectionId, good: new Set(change.isVerified ? [given] : []), gone: new Set() }]);
  }

  async #end(tx: Transaction, change: ProviderSwitch, status: ProviderSwitchStatus, reason: string | null): Promise<void> {
    change.status = status;
    change.statusReason = reason;
    change.updateTime = this.platform.clock.now();
    await tx.flush();
    await this.platform.events.changed(tx, change);
  }
}
