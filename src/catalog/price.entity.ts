import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

/** How the units of a product item become money; by what rule and from when is said by its versions. */
export const Price = defineEntity({
  name: 'Price',
  tableName: 'price',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    productItemId: p.text(),
    priceName: p.text(),
    currency: p.text(),
    createTime: p.type(MillisType),
  },
});
export type Price = InferEntity<typeof Price>;
