import type { DecimalInput, Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';
import type { MoneyInput } from './plans.resource.js';

/** What a discount takes off, and for how long. It never changes, so that who has it keeps it. */
export interface Promotion {
  readonly id: string;
  /** Unique; invoices call the discount so. */
  readonly promotionName: string;
  readonly description: string | null;
  readonly kind: 'percentage' | 'amount';
  /** Above 0, up to 100. */
  readonly percentage: string | null;
  /** For each billing period. */
  readonly amount: Money | null;
  /** Null: the whole invoice. */
  readonly productItemIds: readonly string[] | null;
  /** Null: any plan. */
  readonly planIds: readonly string[] | null;
  /** Billing periods; one in which there was nothing to take off is not counted. */
  readonly duration: 'once' | 'periods' | 'forever';
  readonly periodCount: number | null;
  /** The most that a percentage takes off a billing period. */
  readonly maximumPerPeriod: Money | null;
  /** The most that one customer gets. */
  readonly maximumInTotal: Money | null;
  /** Of a customer's discounts, lower ones are taken off first. */
  readonly priority: number;
  /** Nobody gets a deprecated one; who has it keeps it. */
  readonly status: 'active' | 'deprecated';
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

/** Either a percentage or an amount. */
export interface PromotionInput {
  readonly promotionName: string;
  readonly description?: string | null;
  readonly percentage?: DecimalInput | null;
  readonly amount?: MoneyInput | null;
  readonly productItemIds?: readonly string[] | null;
  readonly planIds?: readonly string[] | null;
  /** Default `once`. */
  readonly duration?: Promotion['duration'];
  /** With duration `periods`. */
  readonly periodCount?: number | null;
  readonly maximumPerPeriod?: MoneyInput | null;
  readonly maximumInTotal?: MoneyInput | null;
  /** Default 0. */
  readonly priority?: number;
}

export interface PromotionChange {
  readonly description?: string | null;
  readonly status?: Promotion['status'];
}

export class PromotionsResource {
  constructor(private readonly transport: Transport) {}

  create(promotion: PromotionInput, options?: CallOptions): Promise<Promotion> {
    return this.transport.json({ ...options, method: 'POST', path: '/promotions', body: promotion });
  }

  update(id: string, change: PromotionChange, options?: CallOptions): Promise<Promotion> {
    return this.transport.json({ ...options, method: 'PUT', path: `/promotions/${segment(id)}`, body: change });
  }

  get(id: string, options?: CallOptions): Promise<Promotion> {
    return this.transport.json({ ...options, method: 'GET', path: `/promotions/${segment(id)}` });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<Promotion>> {
    return readPage(this.transport, '/promotions', { ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<Promotion, void, void> {
    return readAll(this.transport, '/promotions', { ...query }, options);
  }

  /** One that nobody ever had. @returns it as it was */
  delete(id: string, options?: CallOptions): Promise<Promotion> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/promotions/${segment(id)}` });
  }
}
