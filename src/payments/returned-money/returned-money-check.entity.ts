import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../../platform/database/column-types.js';

/** An invoice of which something has gone back, was credited, or came in twice: what exactly has still to be read. Deleted once it was. */
export const ReturnedMoneyCheck = defineEntity({
  name: 'ReturnedMoneyCheck',
  tableName: 'returned_money_check',
  properties: {
    invoiceId: p.text().primary(),
    accountId: p.text(),
    connectionId: p.text(),
    dueTime: p.type(MillisType),
    /** Rises with every mark, so that one that came during a look is not taken for done. */
    mark: p.type(MillisType),
    attempts: p.integer(),
  },
});
export type ReturnedMoneyCheck = InferEntity<typeof ReturnedMoneyCheck>;
