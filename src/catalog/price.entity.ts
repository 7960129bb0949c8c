import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PriceModel } from '@tollkeeper/rating';
import { MillisType } from '../platform/database/column-types.js';

/** How the units of a product item become money. Never changed once made: a new price is a new row. */
export const Price = defineEntity({
  name: 'Price',
  tableName: 'price',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    productItemId: p.text(),
    priceName: p.text(),
    currency: p.text(),
    model: p.json<PriceModel>(),
    createTime: p.type(MillisType),
  },
});
export type Price = InferEntity<typeof Price>;
