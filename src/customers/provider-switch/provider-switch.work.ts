import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { ConnectionUsage } from '../../payment-connections/connection-usage.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { DueWork } from '../../platform/jobs/due-work.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { CUSTOMER_DELETED } from '../customers.events.js';
import type { ProviderSwitch } from './provider-switch.entity.js';
import { ProviderSwitchRepository } from './provider-switch.repository.js';
import { SwitchExecution } from './switch-execution.js';

/** Does the switches that the account's clock has reached, each in a transaction of its own, found again by the scan after a crash. */
@Injectable()
export class ProviderSwitchWork implements OnModuleInit {
  readonly #logger = new Logger(ProviderSwitchWork.name);

  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly repository: ProviderSwitchRepository,
    private readonly execution: SwitchExecution,
    private readonly outbox: Outbox,
    private readonly usage: ConnectionUsage,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'provider-switches',
      // What ends at that time was collected by the provider of before.
      phase: 'begins',
      accountsDue: (now) => this.repository.accountsDue(this.database.reader(), now),
      nextDueAt: (accountId, until) => this.repository.nextDueAt(this.database.reader(), accountId, until),
      runDue: (accountId, asOf) => this.#runDue(accountId, asOf),
      countInProgress: () => Promise.resolve(0),
    });
    this.usage.register(async (tx, connectionId) => [{ what: 'scheduled provider switches', count: await this.repository.countScheduledTo(tx, connectionId) }]);
    this.outbox.subscribe(CUSTOMER_DELETED, (tx, { accountId, objectId }) => this.#endAll(tx, accountId, objectId));
  }

  async #runDue(accountId: string, asOf: number): Promise<void> {
    for (const { id } of await this.repository.due(this.database.reader(), accountId, asOf)) await this.#run(id);
  }

  /** One that cannot be done must not stop the account's clock: it has failed, and says why. */
  async #run(switchId: string): Promise<void> {
    try {
      await this.database.transaction((tx) => this.execution.run(tx, switchId));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#logger.warn(`provider switch ${switchId} failed: ${error.code}`);
      await this.database.transaction((tx) => this.execution.fail(tx, switchId, error.message));
    }
  }

  async #endAll(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const scheduled: ProviderSwitch[] = await this.repository.scheduledOf(tx, accountId, customerId);
    for (const { id } of scheduled) await this.execution.cancelWith(tx, id, 'The customer was deleted.');
  }
}
