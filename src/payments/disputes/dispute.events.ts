import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { amountsOf } from '../money-row.js';
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
    return this.outbox.record(tx, {
      accountId,
      type: `dispute.${what}`,
      objectType: 'dispute',
      objectId: id,
      data: {
        ...{ customerId, invoiceId, providerDisputeId, providerPaymentId, kind, status, reason },
        ...amountsOf(currency, { amount: dispute.amount, amountWithdrawn: dispute.amountWithdrawn, amountLost: amountLost(dispute) }),
        evidenceDueTimeInMillis: dispute.evidenceDueTime ?? null,
      },
    });
  }
}
