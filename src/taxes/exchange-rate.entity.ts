import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Decimal } from '@tollkeeper/kernel';
import { DecimalType, MillisType } from '../platform/database/column-types.js';

/** How much of one currency a unit of another is worth, from a day on until the next one of the pair. */
export const ExchangeRate = defineEntity({
  name: 'ExchangeRate',
  tableName: 'exchange_rate',
  properties: {
    accountId: p.text().primary(),
    fromCurrency: p.text().primary(),
    toCurrency: p.text().primary(),
    /** `2027-01-31`, a day of the account's calendar. */
    date: p.text().primary(),
    rate: p.type(DecimalType).$type<Decimal>(),
    updateTime: p.type(MillisType),
  },
});
export type ExchangeRate = InferEntity<typeof ExchangeRate>;
