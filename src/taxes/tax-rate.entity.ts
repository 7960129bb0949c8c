import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType } from '../platform/database/column-types.js';

/** What a rate takes in a stretch of time. */
export interface TaxRateVersion {
  /** Of a hundred, decimal text. */
  readonly percentage: string;
  /** Account time; null: always before. */
  readonly validFromInMillis: number | null;
  /** Not part of it; null: until further notice. */
  readonly validUntilInMillis: number | null;
}

/** A tax of one jurisdiction. What it takes may change from a day on; a locked invoice keeps a copy of what it took. */
export const TaxRate = defineEntity({
  name: 'TaxRate',
  tableName: 'tax_rate',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    /** As invoices print it, e.g. `VAT`. */
    name: p.text(),
    /** ISO 3166: `DE`, `US-CA`. */
    jurisdiction: p.text(),
    /** Whether prices hold it already. */
    isInclusive: p.boolean(),
    /** One after the other, without overlap. */
    versions: p.json<readonly TaxRateVersion[]>(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type TaxRate = InferEntity<typeof TaxRate>;
