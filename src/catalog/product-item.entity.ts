import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

/** Something that is sold by the units of one meter. */
export const ProductItem = defineEntity({
  name: 'ProductItem',
  tableName: 'product_item',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    meterApiName: p.text(),
    productItemName: p.text(),
    description: p.text().nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type ProductItem = InferEntity<typeof ProductItem>;
