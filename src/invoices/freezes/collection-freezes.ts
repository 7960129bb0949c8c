import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { FrozenPaymentMethod } from './frozen-payment-method.entity.js';

export interface FrozenMethod {
  readonly accountId: string;
  readonly connectionId: string;
  readonly customerId: string;
  readonly paymentMethodId: string;
}

/** Methods of customers that nobody charges automatically, because their bank took money back. Others of the same customer go on. */
@Injectable()
export class CollectionFreezes {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: ProcessClock,
  ) {}

  /** @param becauseId our id of what freezes it; the same one freezes once */
  async freeze(tx: Transaction, becauseId: string, method: FrozenMethod): Promise<void> {
    if ((await tx.count(FrozenPaymentMethod, { becauseId })) > 0) return;
    tx.create(FrozenPaymentMethod, { becauseId, ...method, createTime: this.clock.now() });
    await tx.flush();
    await this.#record(tx, 'payment_method.frozen', becauseId, method);
  }

  /** Waiting invoices go out again with it, unless something else freezes it too. */
  async lift(tx: Transaction, becauseId: string): Promise<void> {
    const frozen = await tx.findOne(FrozenPaymentMethod, { becauseId });
    if (!frozen) return;
    await tx.remove(frozen).flush();
    await this.#record(tx, 'payment_method.unfrozen', becauseId, frozen);
  }

  /** The customer's frozen methods at this connection. */
  async of(tx: Transaction, { accountId, connectionId, customerId }: Omit<FrozenMethod, 'paymentMethodId'>): Promise<string[]> {
    const frozen = await tx.find(FrozenPaymentMethod, { accountId, connectionId, customerId }, { orderBy: { becauseId: 'asc' } });
    return frozen.map(({ paymentMethodId }) => paymentMethodId);
  }

  #record(tx: Transaction, type: string, becauseId: string, { accountId, connectionId, customerId, paymentMethodId }: FrozenMethod): Promise<void> {
    return this.outbox.record(tx, { accountId, type, objectType: 'customer', objectId: customerId, data: { customerId, connectionId, paymentMethodId, becauseId } });
  }
}
