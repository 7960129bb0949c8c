import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { Assignment } from '../catalog/assignment.entity.js';
import type { ListRange } from '../catalog/catalog.repository.js';
import { Plan } from '../catalog/plan.entity.js';
import { ProductItem } from '../catalog/product-item.entity.js';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor } from '../platform/http/paging.js';
import { Coupon } from './coupon.entity.js';
import { CustomerDiscount } from './customer-discount.entity.js';
import { DiscountRedemption } from './discount-redemption.entity.js';
import { Promotion } from './promotion.entity.js';

const CREATION_ORDER = { createTime: 'asc', id: 'asc' } as const;

/** Reads of promotions, coupons and who has them. */
@Injectable()
export class DiscountsRepository {
  findPromotion(tx: Transaction, accountId: string, id: string): Promise<Promotion | null> {
    return tx.findOne(Promotion, { accountId, id });
  }

  findPromotions(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Promotion[]> {
    return tx.find(Promotion, { accountId, id: { $in: [...ids] } });
  }

  /** Locked until the transaction ends: it is not given away while it is deprecated or deleted. */
  lockPromotion(tx: Transaction, accountId: string, id: string): Promise<Promotion | null> {
    return tx.findOne(Promotion, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** As `findPromotion`; it is neither deprecated nor deleted before the transaction ends. */
  holdPromotion(tx: Transaction, accountId: string, id: string): Promise<Promotion | null> {
    return tx.findOne(Promotion, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_READ });
  }

  listPromotions(tx: Transaction, accountId: string, range: ListRange): Promise<Promotion[]> {
    return tx.find(Promotion, { accountId, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit });
  }

  async isPromotionUsed(tx: Transaction, accountId: string, promotionId: string): Promise<boolean> {
    return (await tx.count(Coupon, { accountId, promotionId })) + (await tx.count(CustomerDiscount, { accountId, promotionId })) > 0;
  }

  findCoupon(tx: Transaction, accountId: string, id: string): Promise<Coupon | null> {
    return tx.findOne(Coupon, { accountId, id });
  }

  lockCoupon(tx: Transaction, accountId: string, id: string): Promise<Coupon | null> {
    return tx.findOne(Coupon, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** Locked until the transaction ends, so that its redemptions are counted one after the other. */
  async lockCouponByCode(tx: Transaction, accountId: string, code: string): Promise<Coupon | null> {
    const [found] = await tx.execute<{ id: string }[]>('select id from coupon where account_id = ? and upper(code) = upper(?)', [accountId, code]);
    return found ? this.lockCoupon(tx, accountId, found.id) : null;
  }

  listCoupons(tx: Transaction, accountId: string, filter: { promotionId?: string }, range: ListRange): Promise<Coupon[]> {
    return tx.find(Coupon, { accountId, ...filter, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit });
  }

  async isCouponUsed(tx: Transaction, accountId: string, couponId: string): Promise<boolean> {
    return (await tx.count(CustomerDiscount, { accountId, couponId })) > 0;
  }

  /** Without those that were taken away before they took anything off. */
  countRedemptions(tx: Transaction, coupon: Coupon, customerId: string): Promise<number> {
    return tx.count(CustomerDiscount, { accountId: coupon.accountId, couponId: coupon.id, customerId, $or: [{ removedTime: null }, { periodsUsed: { $gt: 0 } }] });
  }

  findDiscount(tx: Transaction, accountId: string, id: string): Promise<CustomerDiscount | null> {
    return tx.findOne(CustomerDiscount, { accountId, id });
  }

  lockDiscount(tx: Transaction, accountId: string, id: string): Promise<CustomerDiscount | null> {
    return tx.findOne(CustomerDiscount, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /** Those of a promotion that the customer has, oldest first. */
  findOfPromotion(tx: Transaction, accountId: string, customerId: string, promotionId: string): Promise<CustomerDiscount[]> {
    return tx.find(CustomerDiscount, { accountId, customerId, promotionId, removedTime: null }, { orderBy: CREATION_ORDER });
  }

  listDiscounts(tx: Transaction, accountId: string, filter: { customerId?: string }, range: ListRange): Promise<CustomerDiscount[]> {
    return tx.find(CustomerDiscount, { accountId, ...filter, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit });
  }

  /** By the time of their periods. */
  redemptions(tx: Transaction, customerDiscountIds: readonly string[]): Promise<DiscountRedemption[]> {
    return tx.find(DiscountRedemption, { customerDiscountId: { $in: [...customerDiscountIds] } }, { orderBy: { periodStartInMillis: 'asc', invoiceId: 'asc' } });
  }

  /** Which of these plans there are not. */
  async unknownPlan(tx: Transaction, accountId: string, ids: readonly string[]): Promise<string | undefined> {
    const known = new Set((await tx.find(Plan, { accountId, id: { $in: [...ids] } }, { fields: ['id'] })).map(({ id }) => id));
    return ids.find((id) => !known.has(id));
  }

  async unknownItem(tx: Transaction, accountId: string, ids: readonly string[]): Promise<string | undefined> {
    const known = new Set((await tx.find(ProductItem, { accountId, id: { $in: [...ids] } }, { fields: ['id'] })).map(({ id }) => id));
    return ids.find((id) => !known.has(id));
  }

  /** The plans that the customer is on, or will be, from a time on. */
  async plansFrom(tx: Transaction, accountId: string, customerId: string, fromInMillis: number): Promise<Plan[]> {
    const assignments = await tx.find(Assignment, { accountId, customerId, $or: [{ endInMillis: null }, { endInMillis: { $gt: fromInMillis } }] });
    return tx.find(Plan, { accountId, id: { $in: assignments.map(({ planId }) => planId) } });
  }

  /** What the customer has invoices in whatever its plans are in; null: in theirs. */
  async ownCurrency(tx: Transaction, accountId: string, customerId: string): Promise<string | null> {
    const [row] = await tx.execute<{ currency: string | null }[]>(`select billing ->> 'currency' as currency from customer where account_id = ? and customer_id = ?`, [accountId, customerId]);
    return row?.currency ?? null;
  }

  /** Holds the customer's row until the transaction ends, so that its discounts are given one after the other. False where there is no such customer. */
  async lockCustomer(tx: Transaction, accountId: string, customerId: string): Promise<boolean> {
    const rows = await tx.execute<unknown[]>('select 1 from customer where account_id = ? and customer_id = ? and delete_time is null for no key update', [accountId, customerId]);
    return rows.length > 0;
  }
}
