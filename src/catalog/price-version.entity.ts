import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PriceModel } from '@tollkeeper/rating';
import { MillisType } from '../platform/database/column-types.js';

/** The rule of a price from an instant on, until that of the next version. Never changed once made. */
export const PriceVersion = defineEntity({
  name: 'PriceVersion',
  tableName: 'price_version',
  properties: {
    accountId: p.text().primary(),
    priceId: p.text().primary(),
    version: p.integer().primary(),
    model: p.json<PriceModel>(),
    /** Start of a day of the account's zone; zero for the first version, which has always been in force. */
    effectiveFromInMillis: p.type(MillisType),
    createTime: p.type(MillisType),
  },
});
export type PriceVersion = InferEntity<typeof PriceVersion>;
