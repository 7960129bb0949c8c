import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { Assignment } from './assignment.entity.js';
import { PlanPrice } from './plan-price.entity.js';
import { Plan } from './plan.entity.js';
import { PriceVersion } from './price-version.entity.js';
import { Price } from './price.entity.js';
import { ProductItem } from './product-item.entity.js';

/** Longer ones are a circle. */
const LONGEST_SUCCESSION = 20;
const CREATION_ORDER = { createTime: 'asc', id: 'asc' } as const;

/** One stretch of a list in creation order. */
export interface ListRange {
  readonly after: Cursor | null;
  readonly limit: number;
}

/** Reads of product items, prices and plans. */
@Injectable()
export class CatalogRepository {
  findItem(tx: Transaction, accountId: string, id: string): Promise<ProductItem | null> {
    return tx.findOne(ProductItem, { accountId, id });
  }

  findItems(tx: Transaction, accountId: string, ids: readonly string[]): Promise<ProductItem[]> {
    return tx.find(ProductItem, { accountId, id: { $in: [...ids] } });
  }

  findItemsOfMeter(tx: Transaction, accountId: string, meterApiName: string): Promise<ProductItem[]> {
    return tx.find(ProductItem, { accountId, meterApiName }, { orderBy: CREATION_ORDER });
  }

  listItems(tx: Transaction, accountId: string, range: ListRange): Promise<ProductItem[]> {
    return tx.find(ProductItem, { accountId, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit });
  }

  findPrice(tx: Transaction, accountId: string, id: string): Promise<Price | null> {
    return tx.findOne(Price, { accountId, id });
  }

  findPrices(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Price[]> {
    return tx.find(Price, { accountId, id: { $in: [...ids] } });
  }

  /** As `findPrices`; none of them is deleted before the transaction ends. */
  holdPrices(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Price[]> {
    return tx.find(Price, { accountId, id: { $in: [...ids] } }, { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: 'asc' } });
  }

  /** By price and version. */
  findVersions(tx: Transaction, accountId: string, priceIds: readonly string[]): Promise<PriceVersion[]> {
    return tx.find(PriceVersion, { accountId, priceId: { $in: [...priceIds] } }, { orderBy: { priceId: 'asc', version: 'asc' } });
  }

  /** Locked until the transaction ends, so that versions of a price are made and a plan takes it up one after the other. */
  lockPrice(tx: Transaction, accountId: string, id: string): Promise<Price | null> {
    return tx.findOne(Price, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** Plans that bundle the price. */
  async plansOfPrice(tx: Transaction, accountId: string, priceId: string): Promise<string[]> {
    const rows = await tx.find(PlanPrice, { accountId, priceId }, { orderBy: { planId: 'asc' } });
    return rows.map(({ planId }) => planId);
  }

  listPrices(tx: Transaction, accountId: string, filter: { productItemId?: string }, range: ListRange): Promise<Price[]> {
    return tx.find(Price, { accountId, ...filter, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit });
  }

  findPlan(tx: Transaction, accountId: string, id: string): Promise<Plan | null> {
    return tx.findOne(Plan, { accountId, id });
  }

  /** By id. */
  async findPlans(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Map<string, Plan>> {
    const plans = ids.length === 0 ? [] : await tx.find(Plan, { accountId, id: { $in: [...new Set(ids)] } }, { disableIdentityMap: true });
    return new Map(plans.map((plan) => [plan.id, plan]));
  }

  /** Locked until the transaction ends, so that nobody is put on a plan that is on its way out. */
  lockPlan(tx: Transaction, accountId: string, id: string): Promise<Plan | null> {
    return tx.findOne(Plan, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** As `findPlan`; it is neither deprecated nor deleted before the transaction ends. */
  holdPlan(tx: Transaction, accountId: string, id: string): Promise<Plan | null> {
    return tx.findOne(Plan, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_READ });
  }

  /** For each of the plans that is deprecated the active one that takes over, be it by way of others that are deprecated by now; those without one are left out. */
  async findSuccessors(tx: Transaction, accountId: string, planIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.execute<{ first: string; id: string }[]>(
      `with recursive successor as (
         select id as first, id, status, successor_plan_id, 0 as step from plan where account_id = ? and id in (select json_array_elements_text(?::json))
         union all
         select first, next.id, next.status, next.successor_plan_id, step + 1 from successor join plan as next on next.account_id = ? and next.id = successor.successor_plan_id
         where successor.status = 'deprecated' and step < ${LONGEST_SUCCESSION}
       ) select first, id from successor where status = 'active' and step > 0`,
      [accountId, JSON.stringify(planIds), accountId],
    );
    return new Map(rows.map(({ first, id }) => [first, id]));
  }

  countAssignments(tx: Transaction, accountId: string, planId: string): Promise<number> {
    return tx.count(Assignment, { accountId, planId });
  }

  findDefaultPlan(tx: Transaction, accountId: string): Promise<Plan | null> {
    return tx.findOne(Plan, { accountId, isDefault: true });
  }

  listPlans(tx: Transaction, accountId: string, range: ListRange): Promise<Plan[]> {
    return tx.find(Plan, { accountId, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit });
  }

  /** In the order of the plan's invoice lines. */
  findPlanPrices(tx: Transaction, accountId: string, planIds: readonly string[]): Promise<PlanPrice[]> {
    return tx.find(PlanPrice, { accountId, planId: { $in: [...planIds] } }, { orderBy: { position: 'asc' } });
  }
}
