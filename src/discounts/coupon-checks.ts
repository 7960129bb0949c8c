import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import type { Coupon } from './coupon.entity.js';
import { couponDeprecated, couponExhausted, couponExpired, couponNotYetValid, couponUsedByCustomer, notFirstTimeCustomer } from './discounts.errors.js';
import { DiscountsRepository } from './discounts.repository.js';
import { FirstTimeCustomers } from './first-time-customers.js';

/** Whether a customer may redeem a coupon now. */
@Injectable()
export class CouponChecks {
  constructor(
    private readonly repository: DiscountsRepository,
    private readonly firstTime: FirstTimeCustomers,
  ) {}

  /**
   * @param coupon locked by this transaction @param now account time
   * @throws DomainError `coupon_deprecated`, `coupon_not_yet_valid`, `coupon_expired`, `coupon_exhausted`, `coupon_used_by_customer`, `not_first_time_customer`
   */
  async refuse(tx: Transaction, coupon: Coupon, customerId: string, now: number): Promise<void> {
    const { accountId, code, status, validFromInMillis, validUntilInMillis, maximumRedemptions, maximumRedemptionsPerCustomer } = coupon;
    if (status === 'deprecated') throw couponDeprecated(code);
    if (validFromInMillis != null && now < validFromInMillis) throw couponNotYetValid(code, validFromInMillis);
    if (validUntilInMillis != null && now >= validUntilInMillis) throw couponExpired(code, validUntilInMillis);
    if (maximumRedemptions != null && coupon.redemptionCount >= maximumRedemptions) throw couponExhausted(code, maximumRedemptions);
    if (maximumRedemptionsPerCustomer != null && (await this.repository.countRedemptions(tx, coupon, customerId)) >= maximumRedemptionsPerCustomer) {
      throw couponUsedByCustomer(code, customerId, maximumRedemptionsPerCustomer);
    }
    if (coupon.isForFirstTimeCustomers && !(await this.firstTime.isFirstTime(tx, accountId, customerId))) throw notFirstTimeCustomer(code, customerId);
  }
}
