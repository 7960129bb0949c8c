import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import type { Transaction } from '../../platform/database/database.js';

const HOUR_IN_MILLIS = 3_600_000;

/** How long late events count: as the connection says, where it says so, else as the account does. */
@Injectable()
export class GracePeriods {
  constructor(
    private readonly accounts: AccountsService,
    private readonly connections: PaymentConnections,
  ) {}

  /** @param connectionIds that will be asked for; null for none */
  async of(tx: Transaction, accountId: string, connectionIds: readonly (string | null)[]): Promise<(connectionId: string | null) => number> {
    const { gracePeriodInHours } = await this.accounts.getIn(tx, accountId);
    const inHours = new Map<string | null, number>([[null, gracePeriodInHours]]);
    for (const connectionId of new Set(connectionIds)) {
      if (connectionId !== null) inHours.set(connectionId, (await this.connections.getById(tx, connectionId)).settings.gracePeriodInHours ?? gracePeriodInHours);
    }
    return (connectionId) => inHours.get(connectionId)! * HOUR_IN_MILLIS;
  }
}
