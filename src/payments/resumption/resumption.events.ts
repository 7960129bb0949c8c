import { Injectable } from '@nestjs/common';
import { Account } from '../../accounts/account.entity.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { ProviderIntents } from '../../provider-intents/provider-intents.service.js';

/** What a resumption tells and sets going. */
@Injectable()
export class ResumptionEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly intents: ProviderIntents,
    private readonly clock: ProcessClock,
    private readonly options: PlatformOptions,
  ) {}

  now(): number {
    return this.clock.now();
  }

  askFirst(tx: Transaction, connectionId: string): Promise<void> {
    return this.intents.askFirst(tx, connectionId);
  }

  async resumed(tx: Transaction): Promise<void> {
    for (const { id } of await tx.find(Account, {}, { fields: ['id'], orderBy: { id: 'asc' } })) {
      await this.outbox.record(tx, { accountId: id, type: 'installation.resumed', objectType: 'installation', objectId: this.options.instanceId, data: {} });
    }
  }
}
