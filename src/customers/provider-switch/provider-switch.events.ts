import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { ProviderSwitch } from './provider-switch.entity.js';

/** `customer.provider_switch_<status>`, whenever that changes. */
@Injectable()
export class ProviderSwitchEvents {
  constructor(private readonly outbox: Outbox) {}

  changed(tx: Transaction, change: ProviderSwitch): Promise<void> {
    const { id, accountId, customerId, sourceProviderName, targetProviderName, targetCustomerIdentifier, switchTime, status, statusReason } = change;
    return this.outbox.record(tx, {
      accountId,
      type: `customer.provider_switch_${status}`,
      objectType: 'customer',
      objectId: customerId,
      data: {
        customerId,
        switchId: id,
        sourceProviderName: sourceProviderName ?? null,
        targetProviderName,
        targetCustomerIdentifier: targetCustomerIdentifier ?? null,
        switchTimeInMillis: switchTime,
        reason: statusReason ?? null,
      },
    });
  }
}
