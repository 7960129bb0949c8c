import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PriceModel } from '@tollkeeper/rating';
import { MillisType, MinorUnitsType } from '../../platform/database/column-types.js';

/** What of a plan has an amount and no id of its own: its base fee, the least that a period costs, and what usage costs nothing up to. */
export const BASE_FEE_ID = 'base_fee';
export const MINIMUM_AMOUNT_ID = 'minimum_amount';
export const FREE_AMOUNT_ID = 'free_amount';
export const RESERVED_FEE_IDS: ReadonlySet<string> = new Set([BASE_FEE_ID, MINIMUM_AMOUNT_ID, FREE_AMOUNT_ID]);

/**
 * What one customer pays from one midnight of the account to another instead of what a price says, on whatever plan, or of a fee, the minimum or the free amount of a plan. Half-open, and without end
 * while `effectiveToInMillis` is null; one that ends where it starts was withdrawn.
 */
export const PriceOverride = defineEntity({
  name: 'PriceOverride',
  tableName: 'price_override',
  properties: {
    accountId: p.text().primary(),
    id: p.text().primary(),
    customerId: p.text(),
    priceId: p.text().nullable(),
    model: p.json<PriceModel>().nullable(),
    planId: p.text().nullable(),
    feeId: p.text().nullable(),
    /** Minor units of the plan's currency; zero waives the fee or the minimum, or leaves nothing free. */
    amount: p.type(MinorUnitsType).nullable(),
    effectiveFromInMillis: p.type(MillisType),
    effectiveToInMillis: p.type(MillisType).nullable(),
    createTime: p.type(MillisType),
    updateTime: p.type(MillisType),
  },
});
export type PriceOverride = InferEntity<typeof PriceOverride>;
