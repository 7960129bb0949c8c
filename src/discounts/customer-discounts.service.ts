import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Coupon } from './coupon.entity.js';
import { CouponChecks } from './coupon-checks.js';
import { CustomerDiscount } from './customer-discount.entity.js';
import { isUsedUp } from './discount-standing.js';
import { discountExists, discountRemoved, endBeforeStart, notForPlan, planInOtherCurrency, promotionDeprecated, promotionOrCoupon, unknownReference } from './discounts.errors.js';
import { DiscountsRepository } from './discounts.repository.js';
import type { DiscountRedemption } from './discount-redemption.entity.js';
import type { ListRange } from './promotion-terms.js';
import type { Promotion } from './promotion.entity.js';

export interface NewCustomerDiscount {
  readonly customerId: string;
  /** One of both. */
  readonly promotionId?: string | null | undefined;
  readonly couponCode?: string | null | undefined;
  /** Default: the account's time. */
  readonly startTimeInMillis?: number | null | undefined;
  readonly endTimeInMillis?: number | null | undefined;
}

/** A discount with what it is, and what it has taken off. */
export interface CustomerDiscountView {
  readonly discount: CustomerDiscount;
  readonly promotion: Promotion;
  readonly redemptions: readonly DiscountRedemption[];
  /** The account's time. */
  readonly nowInMillis: number;
}

/** Who has which promotion. */
@Injectable()
export class CustomerDiscountsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly repository: DiscountsRepository,
    private readonly coupons: CouponChecks,
    private readonly clock: ProcessClock,
  ) {}

  /**
   * Gives a customer a promotion, by itself or by the code of a coupon. A redemption of the coupon is counted with it.
   * @throws DomainError `promotion_or_coupon`, `unknown_customer`, `unknown_promotion`, `unknown_coupon`, `promotion_deprecated`, `discount_exists`, `discount_not_for_plan`,
   * `discount_in_other_currency`, `end_before_start`, and what `CouponChecks.refuse` throws
   */
  add(accountId: string, input: NewCustomerDiscount): Promise<CustomerDiscountView> {
    if ((input.promotionId == null) === (input.couponCode == null)) throw promotionOrCoupon();
    return this.database.transaction(async (tx) => {
      const now = await this.#now(tx, accountId);
      if (!(await this.repository.lockCustomer(tx, accountId, input.customerId))) throw unknownReference('customerId', 'customer', input.customerId);
      const coupon = input.couponCode == null ? null : await this.#coupon(tx, accountId, input.couponCode);
      if (coupon) await this.coupons.refuse(tx, coupon, input.customerId, now);
      const promotion = await this.#promotion(tx, accountId, coupon?.promotionId ?? input.promotionId ?? '');
      const discount = this.#discountOf({ ...input, accountId, promotion, coupon, now });
      await this.#refuseUnfit(tx, discount, promotion, coupon);
      if (coupon) coupon.redemptionCount += 1;
      return { discount: tx.create(CustomerDiscount, discount), promotion, redemptions: [], nowInMillis: now };
    });
  }

  /** @throws DomainError `customer_discount_not_found` */
  async get(accountId: string, id: string): Promise<CustomerDiscountView> {
    const reader = this.database.reader();
    const discount = await this.repository.findDiscount(reader, accountId, id);
    if (!discount) throw notFound('customer_discount', id);
    return (await this.#views(reader, accountId, [discount]))[0]!;
  }

  async list(accountId: string, filter: { customerId?: string }, range: ListRange): Promise<CustomerDiscountView[]> {
    const reader = this.database.reader();
    return this.#views(reader, accountId, await this.repository.listDiscounts(reader, accountId, filter, range));
  }

  /**
   * Takes it away: it holds for no invoice any more whose price is not locked. Of one that has taken nothing off yet, the coupon gets its redemption back.
   * @throws DomainError `customer_discount_not_found`, `discount_removed`
   */
  async remove(accountId: string, id: string): Promise<CustomerDiscountView> {
    await this.database.transaction(async (tx) => {
      const found = await this.repository.findDiscount(tx, accountId, id);
      if (!found) throw notFound('customer_discount', id);
      const now = await this.#now(tx, accountId);
      const coupon = found.couponId == null ? null : await this.repository.lockCoupon(tx, accountId, found.couponId);
      const discount = (await this.repository.lockDiscount(tx, accountId, id))!;
      if (discount.removedTime != null) throw discountRemoved(id);
      discount.removedTime = now;
      discount.updateTime = this.clock.now();
      if (coupon && discount.periodsUsed === 0) coupon.redemptionCount -= 1;
    });
    return this.get(accountId, id);
  }

  async #now(tx: Transaction, accountId: string): Promise<number> {
    return this.clock.now() + (await this.accounts.getIn(tx, accountId)).clockOffsetInMillis;
  }

  async #coupon(tx: Transaction, accountId: string, code: string): Promise<Coupon> {
    const coupon = await this.repository.lockCouponByCode(tx, accountId, code);
    if (!coupon) throw unknownReference('couponCode', 'coupon', code);
    return coupon;
  }

  async #promotion(tx: Transaction, accountId: string, id: string): Promise<Promotion> {
    const promotion = await this.repository.holdPromotion(tx, accountId, id);
    if (!promotion) throw unknownReference('promotionId', 'promotion', id);
    if (promotion.status === 'deprecated') throw promotionDeprecated(id);
    return promotion;
  }

  #discountOf(input: NewCustomerDiscount & { accountId: string; promotion: Promotion; coupon: Coupon | null; now: number }): CustomerDiscount {
    const { accountId, customerId, promotion, coupon, startTimeInMillis, endTimeInMillis, now: nowOfAccount } = input;
    const now = this.clock.now();
    const startInMillis = startTimeInMillis ?? nowOfAccount;
    if (endTimeInMillis != null && endTimeInMillis <= startInMillis) throw endBeforeStart();
    const counted = { periodsUsed: 0, amountUsed: 0n, createTime: now, updateTime: now };
    return { id: newId('disc', now), accountId, customerId, promotionId: promotion.id, couponId: coupon?.id ?? null, startInMillis, endInMillis: endTimeInMillis ?? null, removedTime: null, ...counted };
  }

  /** What would never take anything off, or take it off twice. */
  async #refuseUnfit(tx: Transaction, { accountId, customerId, startInMillis, endInMillis }: CustomerDiscount, promotion: Promotion, coupon: Coupon | null): Promise<void> {
    const others = (await this.repository.findOfPromotion(tx, accountId, customerId, promotion.id)).filter((other) => !isUsedUp(other, promotion));
    const overlapping = others.find((other) => (other.endInMillis ?? Number.POSITIVE_INFINITY) > startInMillis && other.startInMillis < (endInMillis ?? Number.POSITIVE_INFINITY));
    if (overlapping) throw discountExists(customerId, overlapping.id);
    const plans = await this.repository.plansFrom(tx, accountId, customerId, startInMillis);
    for (const planIds of [promotion.planIds, coupon?.planIds]) {
      if (planIds != null && !plans.some(({ id }) => planIds.includes(id))) throw notForPlan(customerId, planIds);
    }
    const [plan] = plans;
    if (!plan || promotion.currency == null || plans.some(({ currency }) => currency === promotion.currency)) return;
    if ((await this.repository.ownCurrency(tx, accountId, customerId)) !== promotion.currency) throw planInOtherCurrency(customerId, plan.currency, promotion.currency);
  }

  async #views(reader: Transaction, accountId: string, discounts: readonly CustomerDiscount[]): Promise<CustomerDiscountView[]> {
    const nowInMillis = await this.#now(reader, accountId);
    const promotions = new Map((await this.repository.findPromotions(reader, accountId, discounts.map(({ promotionId }) => promotionId))).map((promotion) => [promotion.id, promotion]));
    const redemptions = Map.groupBy(await this.repository.redemptions(reader, discounts.map(({ id }) => id)), ({ customerDiscountId }) => customerDiscountId);
    return discounts.map((discount) => ({ discount, promotion: promotions.get(discount.promotionId)!, redemptions: redemptions.get(discount.id) ?? [], nowInMillis }));
  }
}
