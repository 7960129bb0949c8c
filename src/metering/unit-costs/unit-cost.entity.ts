import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MillisType } from '../../platform/database/column-types.js';

/** What a unit of a meter costs the seller, from an instant until the next one. Zero: for as long as there has been usage. */
export const UnitCost = defineEntity({
  name: 'UnitCost',
  tableName: 'meter_unit_cost',
  properties: {
    accountId: p.text().primary(),
    meterId: p.text().primary(),
    effectiveFromInMillis: p.type(MillisType).primary(),
    /** Major units of the currency. */
    amount: p.type(DecimalType).$type<Decimal>(),
    currency: p.text(),
    createTime: p.type(MillisType),
  },
});
export type UnitCost = InferEntity<typeof UnitCost>;
