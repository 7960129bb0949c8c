import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../platform/database/column-types.js';

/** A method that is not charged automatically, as long as the row is there. */
export const FrozenPaymentMethod = defineEntity({
  name: 'FrozenPaymentMethod',
  tableName: 'frozen_payment_method',
  properties: {
    /** Our id of what froze it (a dispute). */
    becauseId: p.text().primary(),
    accountId: p.text(),
    connectionId: p.text(),
    customerId: p.text(),
    paymentMethodId: p.text(),
    createTime: p.type(MillisType),
  },
});
export type FrozenPaymentMethod = InferEntity<typeof FrozenPaymentMethod>;
