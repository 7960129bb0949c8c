import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';
import type { Promotion } from './promotions.resource.js';

/** A customer has a promotion. */
export interface CustomerDiscount {
  readonly id: string;
  readonly customerId: string;
  /** The coupon that it was redeemed by. */
  readonly couponId: string | null;
  readonly promotion: Promotion;
  readonly status: 'scheduled' | 'active' | 'used_up' | 'ended' | 'removed';
  /** Epoch milliseconds. It holds for every billing period that overlaps its time. */
  readonly startTimeInMillis: number;
  readonly endTimeInMillis: number | null;
  /** From then on it holds for no invoice whose price is not locked. */
  readonly removedTimeInMillis: number | null;
  /** Billing periods of locked invoices that it took something off. */
  readonly periodsUsed: number;
  /** Null: without end. */
  readonly periodsLeft: number | null;
  readonly amountUsedInMinorUnits: string;
  /** Of the most in total; null: without bound. */
  readonly amountLeft: Money | null;
  readonly redemptions: readonly DiscountRedemption[];
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

/** What a discount took off an invoice at its lock. */
export interface DiscountRedemption {
  readonly invoiceId: string;
  readonly periodStartTimeInSeconds: number;
  readonly amountInMinorUnits: string;
  /** The invoice was voided, and this given back. */
  readonly isReturned: boolean;
}

/** By a promotion or by the code of a coupon. */
export interface CustomerDiscountInput {
  readonly customerId: string;
  readonly promotionId?: string | null;
  readonly couponCode?: string | null;
  /** Default: the account's time. */
  readonly startTimeInMillis?: number | null;
  readonly endTimeInMillis?: number | null;
}

export interface CustomerDiscountQuery extends PageQuery {
  readonly customerId?: string;
}

export class CustomerDiscountsResource {
  constructor(private readonly transport: Transport) {}

  /** Gives a customer a promotion, or redeems a coupon; a refusal says why it cannot be redeemed. */
  create(discount: CustomerDiscountInput, options?: CallOptions): Promise<CustomerDiscount> {
    return this.transport.json({ ...options, method: 'POST', path: '/customer-discounts', body: discount });
  }

  get(id: string, options?: CallOptions): Promise<CustomerDiscount> {
    return this.transport.json({ ...options, method: 'GET', path: `/customer-discounts/${segment(id)}` });
  }

  list(query: CustomerDiscountQuery = {}, options?: CallOptions): Promise<Page<CustomerDiscount>> {
    return readPage(this.transport, '/customer-discounts', { ...query }, options);
  }

  all(query: CustomerDiscountQuery = {}, options?: CallOptions): AsyncGenerator<CustomerDiscount, void, void> {
    return readAll(this.transport, '/customer-discounts', { ...query }, options);
  }

  /** It holds for no invoice any more whose price is not locked. */
  remove(id: string, options?: CallOptions): Promise<CustomerDiscount> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/customer-discounts/${segment(id)}` });
  }
}
