import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** A code that stands for a promotion, and who may redeem it. */
export interface Coupon {
  readonly id: string;
  readonly promotionId: string;
  /** Unique, read in any case. */
  readonly code: string;
  /** For customers on these plans, and their invoices; null: any. */
  readonly planIds: readonly string[] | null;
  /** Epoch milliseconds by the account's clock. */
  readonly validFromTimeInMillis: number | null;
  /** Not part of it. */
  readonly validUntilTimeInMillis: number | null;
  /** By all customers together; null: without limit. */
  readonly maximumRedemptions: number | null;
  readonly maximumRedemptionsPerCustomer: number | null;
  /** For customers without a locked invoice above zero. */
  readonly isForFirstTimeCustomers: boolean;
  readonly redemptionCount: number;
  /** A deprecated one cannot be redeemed. */
  readonly status: 'active' | 'deprecated';
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface CouponInput extends Partial<Pick<Coupon, 'planIds' | 'validFromTimeInMillis' | 'validUntilTimeInMillis' | 'maximumRedemptions' | 'maximumRedemptionsPerCustomer' | 'isForFirstTimeCustomers'>> {
  readonly promotionId: string;
  /** Letters, digits, and `_ . -` */
  readonly code: string;
}

export type CouponChange = Partial<Pick<Coupon, 'validUntilTimeInMillis' | 'maximumRedemptions' | 'status'>>;

export interface CouponQuery extends PageQuery {
  readonly promotionId?: string;
}

export class CouponsResource {
  constructor(private readonly transport: Transport) {}

  create(coupon: CouponInput, options?: CallOptions): Promise<Coupon> {
    return this.transport.json({ ...options, method: 'POST', path: '/coupons', body: coupon });
  }

  update(id: string, change: CouponChange, options?: CallOptions): Promise<Coupon> {
    return this.transport.json({ ...options, method: 'PUT', path: `/coupons/${segment(id)}`, body: change });
  }

  get(id: string, options?: CallOptions): Promise<Coupon> {
    return this.transport.json({ ...options, method: 'GET', path: `/coupons/${segment(id)}` });
  }

  list(query: CouponQuery = {}, options?: CallOptions): Promise<Page<Coupon>> {
    return readPage(this.transport, '/coupons', { ...query }, options);
  }

  all(query: CouponQuery = {}, options?: CallOptions): AsyncGenerator<Coupon, void, void> {
    return readAll(this.transport, '/coupons', { ...query }, options);
  }

  /** One that was never redeemed. @returns it as it was */
  delete(id: string, options?: CallOptions): Promise<Coupon> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/coupons/${segment(id)}` });
  }
}
