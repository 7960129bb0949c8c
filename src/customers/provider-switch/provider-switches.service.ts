import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { conflict, invalid, newId, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { Account } from '../../accounts/account.entity.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { Cursor } from '../../platform/http/paging.js';
import { selectedProviderName } from '../customer-traits.js';
import type { Customer } from '../customer.entity.js';
import { ProviderSwitch } from './provider-switch.entity.js';
import { ProviderSwitchRepository, type SwitchReference } from './provider-switch.repository.js';
import { SwitchPlatform } from './switch-platform.js';
import { SwitchTarget, type CheckedTarget, type SwitchTargetInput } from './switch-target.js';

export interface SwitchInput extends SwitchTargetInput {
  readonly sourcePaymentType: string | null;
  readonly sourcePaymentId: string | null;
  readonly switchTimeInMillis: number;
}

/** Dated changes of the provider that collects from a customer. */
@Injectable()
export class ProviderSwitches {
  constructor(
    private readonly database: Database,
    private readonly registry: PaymentProviderRegistry,
    private readonly target: SwitchTarget,
    private readonly repository: ProviderSwitchRepository,
    private readonly platform: SwitchPlatform,
  ) {}

  list(accountId: string, customerId: string | null, limit: number, cursor: Cursor | null): Promise<ProviderSwitch[]> {
    return this.repository.list(this.database.reader(), accountId, customerId, limit, cursor);
  }

  /**
   * Any time to come, by the account's clock. The same once more answers the one there is.
   * @throws DomainError `customer_not_found`; `unknown_payment_provider`, `switch_in_past`, and what SwitchTarget refuses (invalid);
   *   `switch_exists` (conflict)
   */
  async schedule(accountId: string, input: SwitchInput): Promise<ProviderSwitch> {
    const { account } = await this.#located(this.database.reader(), accountId, input.customerId);
    const source = input.sourcePaymentType === null ? null : this.registry.get(input.sourcePaymentType).describe().name;
    this.#refusePast(account, input.switchTimeInMillis);
    const target = await this.target.checked(accountId, account.mode, input);
    return this.database.transaction(async (tx) => {
      // Held until the commit: a moved clock does not pass the time while the switch is written.
      const held = await tx.findOneOrFail(Account, { id: accountId }, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
      this.#refusePast(held, input.switchTimeInMillis);
      await this.platform.customers.findForUpdate(tx, accountId, input.customerId);
      const { customer } = await this.#located(tx, accountId, input.customerId);
      const scheduled = await this.repository.scheduledOf(tx, accountId, input.customerId);
      const existing = scheduled.find(({ switchTime }) => switchTime === input.switchTimeInMillis);
      if (existing) return sameOrRefused(existing, target);
      const before = scheduled.findLast(({ switchTime }) => switchTime < input.switchTimeInMillis)?.targetProviderName;
      return this.#insert(tx, accountId, input, target, source ?? before ?? selectedProviderName(customer.traits, held.defaultPaymentProviderName));
    });
  }

  /** @throws DomainError `provider_switch_not_found`, `switch_not_scheduled` (conflict) */
  cancel(accountId: string, reference: SwitchReference): Promise<ProviderSwitch> {
    return this.database.transaction(async (tx) => {
      const found = await this.repository.find(tx, accountId, reference);
      if (!found) throw notFound('provider_switch', 'id' in reference ? reference.id : `${reference.customerId} at ${reference.switchTimeInMillis / 1_000}`);
      await this.platform.customers.findForUpdate(tx, accountId, found.customerId);
      const change = await this.repository.lock(tx, found.id);
      if (change.status !== 'scheduled') throw conflict('switch_not_scheduled', `The switch is ${change.status}; only a scheduled one can be cancelled. Schedule another one to go back.`);
      change.status = 'cancelled';
      change.updateTime = this.platform.clock.now();
      await tx.flush();
      await this.platform.events.changed(tx, change);
      return change;
    });
  }

  async #located(tx: Transaction, accountId: string, customerId: string): Promise<{ account: Account; customer: Customer }> {
    const customer = await this.platform.customers.findLive(tx, accountId, customerId);
    if (!customer) throw notFound('customer', customerId);
    return { account: await tx.findOneOrFail(Account, { id: accountId }), customer };
  }

  /** A clock on its way counts as arrived: the boundaries up to there are being run. */
  #refusePast({ clockOffsetInMillis, clockTargetInMillis }: Account, switchTimeInMillis: number): void {
    const now = Math.max(this.platform.clock.now() + clockOffsetInMillis, clockTargetInMillis ?? 0);
    if (switchTimeInMillis > now) return;
    const message = `switchTimeInSeconds: it must be later than the account's time, ${Math.floor(now / 1_000)} (${new Date(now).toISOString()}); past bills stay where they are`;
    throw invalid('switch_in_past', `Invalid request: ${message}.`, [{ field: 'switchTimeInSeconds', code: 'switch_in_past', message }]);
  }

  async #insert(tx: Transaction, accountId: string, input: SwitchInput, target: CheckedTarget, sourceProviderName: string | null): Promise<ProviderSwitch> {
    const now = this.platform.clock.now();
    const change = tx.create(ProviderSwitch, {
      id: newId('psw', now),
      accountId,
      customerId: input.customerId,
      sourceProviderName,
      sourcePaymentId: input.sourcePaymentId ?? sourceProviderName?.toLowerCase() ?? null,
      targetProviderName: target.providerName,
      targetPaymentId: target.paymentId,
      targetConnectionId: target.connectionId,
      targetCustomerIdentifier: target.customerIdentifier,
      isVerified: target.isVerified,
      switchTime: input.switchTimeInMillis,
      status: 'scheduled',
      statusReason: null,
      createTime: now,
      updateTime: now,
    });
    await tx.flush();
    await this.platform.events.changed(tx, change);
    return change;
  }
}

function sameOrRefused(existing: ProviderSwitch, target: CheckedTarget): ProviderSwitch {
  if (existing.targetConnectionId === target.connectionId && (existing.targetCustomerIdentifier ?? null) === target.customerIdentifier) return existing;
  throw conflict('switch_exists', `The customer '${existing.customerId}' is switched to ${existing.targetProviderName} at this time already. Cancel that switch first, or take another time.`);
}
