import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { afterCursor } from '../../platform/http/paging.js';
import type { ListRange } from '../catalog.repository.js';
import { PriceOverride } from './price-override.entity.js';

@Injectable()
export class PriceOverridesRepository {
  find(tx: Transaction, accountId: string, id: string): Promise<PriceOverride | null> {
    return tx.findOne(PriceOverride, { accountId, id });
  }

  list(tx: Transaction, accountId: string, filter: { customerId?: string | undefined }, range: ListRange): Promise<PriceOverride[]> {
    const ofCustomer = filter.customerId === undefined ? {} : { customerId: filter.customerId };
    return tx.find(PriceOverride, { accountId, ...ofCustomer, ...afterCursor(range.after) }, { orderBy: { createTime: 'asc', id: 'asc' }, limit: range.limit });
  }

  /** All that these customers have, in one statement; customers without any are left out. */
  async ofCustomers(reader: Transaction, accountId: string, customerIds: readonly string[]): Promise<Map<string, PriceOverride[]>> {
    const rows = await new EntityRows(reader, PriceOverride).find('account_id = $1 and customer_id = any($2)', [accountId, customerIds]);
    return Map.groupBy(rows, ({ customerId }) => customerId);
  }

  /** Another one of the same price or fee that is in force at some time in which this one is. */
  async findOverlapping(tx: Transaction, override: PriceOverride): Promise<PriceOverride | null> {
    const { accountId, customerId, id, priceId = null, planId = null, feeId = null, effectiveFromInMillis: from, effectiveToInMillis: to } = override;
    const others = await tx.find(PriceOverride, { accountId, customerId, priceId, planId, feeId, id: { $ne: id }, $or: [{ effectiveToInMillis: null }, { effectiveToInMillis: { $gt: from } }] });
    return others.find((other) => (to == null || other.effectiveFromInMillis < to) && other.effectiveToInMillis !== other.effectiveFromInMillis) ?? null;
  }
}
