import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { amountLost, type Dispute } from './dispute.entity.js';

/** `dispute.<status>` when it turns, `dispute.funds_withdrawn` and `dispute.funds_returned` when money moves. */
@Injectable()
export class DisputeEvents {
  constructor(private readonly outbox: Outbox) {}

  turned(tx: Transaction, dispute: Dispute): Promise<void> {
    return this.#record(tx, dispute, dispute.status);
  }

  moneyMoved(tx: Transaction, dispute: Dispute, amountWithdrawnBefore: bigint): Promise<void> {
    return this.#record(tx, dispute, dispute.amountWithdrawn > amountWithdrawnBefore ? 'funds_withdrawn' : 'funds_returned');
  }

  #record(tx: Transaction, dispute: Dispute, what: string): Promise<void> {
    const { accountId, id, customerId, invoiceId, providerDisputeId, providerPaymentId, kind, status, reason, currency } = dispute;
    const money = (amount: bigint): object => ({ amountInMinorUnits: amount.toString(), currency });
    return this.outbox.record(tx, {
      accountId,
      type: `dispute.${what}`,
      objectType: 'dispute',
      objectId: id,
      data: {
        ...{ customerId, invoiceId, providerDisputeId, providerPaymentId, kind, status, reason },
        amount: money(dispute.amount),
        amountWithdrawn: money(dispute.amountWithdrawn),
        amountLost: money(amountLost(dispute)),
        evidenceDueTimeInMillis: dispute.evidenceDueTime ?? null,
      },
    });
  }
}
