import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, isUniqueViolation, type Transaction } from '../platform/database/database.js';
import { Coupon } from './coupon.entity.js';
import { couponExists, couponInUse, endBeforeValid, limitBelowRedemptions, promotionDeprecated, unknownReference } from './discounts.errors.js';
import { DiscountsRepository } from './discounts.repository.js';
import { listOf, type ListRange } from './promotion-terms.js';

/** What may change of a coupon. Undefined stays as it is. */
export interface CouponChange {
  readonly validUntilTimeInMillis?: number | null | undefined;
  readonly maximumRedemptions?: number | null | undefined;
  readonly status?: Coupon['status'] | undefined;
}

export interface NewCoupon {
  readonly promotionId: string;
  readonly code: string;
  readonly planIds?: readonly string[] | null | undefined;
  readonly validFromTimeInMillis?: number | null | undefined;
  readonly validUntilTimeInMillis?: number | null | undefined;
  readonly maximumRedemptions?: number | null | undefined;
  readonly maximumRedemptionsPerCustomer?: number | null | undefined;
  readonly isForFirstTimeCustomers?: boolean | undefined;
}

/** Codes that customers redeem for a promotion. */
@Injectable()
export class CouponsService {
  constructor(
    private readonly database: Database,
    private readonly repository: DiscountsRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `unknown_promotion`, `promotion_deprecated`, `unknown_plan`, `coupon_exists`, `end_before_start`, `empty_list` */
  async create(accountId: string, input: NewCoupon): Promise<Coupon> {
    const planIds = listOf('planIds', input.planIds);
    refuseReversed(input.validFromTimeInMillis, input.validUntilTimeInMillis);
    try {
      return await this.database.transaction((tx) => this.#createIn(tx, accountId, { ...input, planIds }));
    } catch (error) {
      if (isUniqueViolation(error)) throw couponExists(input.code);
      throw error;
    }
  }

  /** @throws DomainError `coupon_not_found` */
  async get(accountId: string, id: string): Promise<Coupon> {
    const coupon = await this.repository.findCoupon(this.database.reader(), accountId, id);
    if (!coupon) throw notFound('coupon', id);
    return coupon;
  }

  list(accountId: string, filter: { promotionId?: string }, range: ListRange): Promise<Coupon[]> {
    return this.repository.listCoupons(this.database.reader(), accountId, filter, range);
  }

  /** @throws DomainError `coupon_not_found`, `end_before_start`, `limit_below_redemptions` */
  update(accountId: string, id: string, { validUntilTimeInMillis, maximumRedemptions, status }: CouponChange): Promise<Coupon> {
    return this.database.transaction(async (tx) => {
      const coupon = await this.#locked(tx, accountId, id);
      if (validUntilTimeInMillis !== undefined) {
        refuseReversed(coupon.validFromInMillis, validUntilTimeInMillis);
        coupon.validUntilInMillis = validUntilTimeInMillis;
      }
      if (maximumRedemptions !== undefined) {
        if (maximumRedemptions !== null && maximumRedemptions < coupon.redemptionCount) throw limitBelowRedemptions(coupon.redemptionCount);
        coupon.maximumRedemptions = maximumRedemptions;
      }
      if (status !== undefined) coupon.status = status;
      coupon.updateTime = this.clock.now();
      return coupon;
    });
  }

  /** @throws DomainError `coupon_not_found`, `coupon_in_use` */
  delete(accountId: string, id: string): Promise<Coupon> {
    return this.database.transaction(async (tx) => {
      const coupon = await this.#locked(tx, accountId, id);
      if (await this.repository.isCouponUsed(tx, accountId, id)) throw couponInUse(id);
      await tx.nativeDelete(Coupon, { accountId, id });
      return coupon;
    });
  }

  async #createIn(tx: Transaction, accountId: string, input: NewCoupon & { readonly planIds: readonly string[] | null }): Promise<Coupon> {
    const promotion = await this.repository.holdPromotion(tx, accountId, input.promotionId);
    if (!promotion) throw unknownReference('promotionId', 'promotion', input.promotionId);
    if (promotion.status === 'deprecated') throw promotionDeprecated(promotion.id);
    const plan = await this.repository.unknownPlan(tx, accountId, input.planIds ?? []);
    if (plan !== undefined) throw unknownReference('planIds', 'plan', plan);
    const now = this.clock.now();
    return tx.create(Coupon, {
      accountId,
      id: newId('coup', now),
      promotionId: promotion.id,
      code: input.code,
      planIds: input.planIds,
      validFromInMillis: input.validFromTimeInMillis ?? null,
      validUntilInMillis: input.validUntilTimeInMillis ?? null,
      maximumRedemptions: input.maximumRedemptions ?? null,
      maximumRedemptionsPerCustomer: input.maximumRedemptionsPerCustomer ?? null,
      isForFirstTimeCustomers: input.isForFirstTimeCustomers ?? false,
      redemptionCount: 0,
      status: 'active',
      createTime: now,
      updateTime: now,
    });
  }

  async #locked(tx: Transaction, accountId: string, id: string): Promise<Coupon> {
    const coupon = await this.repository.lockCoupon(tx, accountId, id);
    if (!coupon) throw notFound('coupon', id);
    return coupon;
  }
}

function refuseReversed(fromInMillis: number | null | undefined, untilInMillis: number | null | undefined): void {
  if (fromInMillis != null && untilInMillis != null && untilInMillis <= fromInMillis) throw endBeforeValid();
}
