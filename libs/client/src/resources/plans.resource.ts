import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** `day`, `month` and `year` count from the assignment's start; `calendar_month` turns on the 1st. */
export interface BillingPeriod {
  readonly interval: 'day' | 'month' | 'calendar_month' | 'year';
  readonly intervalsCount: number;
}

/** Prices and a base fee, billed by a period in one currency. */
export interface Plan {
  readonly id: string;
  readonly planName: string;
  readonly description: string | null;
  readonly currency: string;
  readonly billingPeriod: BillingPeriod;
  readonly baseFee: Money;
  /** Ids of the prices, in the order of the invoice lines. */
  readonly prices: readonly string[];
  /** New customers start on it. */
  readonly isDefault: boolean;
  /** `deprecated` is for ever: the plan takes no new customers and does not change. */
  readonly status: 'active' | 'deprecated';
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface PlanInput {
  readonly planName: string;
  readonly description?: string | null;
  readonly currency: string;
  readonly billingPeriod: { readonly interval: BillingPeriod['interval']; readonly intervalsCount?: number };
  /** Charged whole for every billing period, at its end. */
  readonly baseFee?: { readonly amountInMinorUnits: string | number; readonly currency: string } | null;
  readonly prices?: readonly string[];
  /** Takes over from the default plan before. */
  readonly isDefault?: boolean;
}

/** What a plan costs does not change: customers are on it. */
export interface PlanChange {
  readonly planName?: string;
  readonly description?: string | null;
  readonly isDefault?: boolean;
  readonly status?: Plan['status'];
}

export class PlansResource {
  constructor(private readonly transport: Transport) {}

  create(plan: PlanInput, options?: CallOptions): Promise<Plan> {
    return this.transport.json({ ...options, method: 'POST', path: '/plans', body: plan });
  }

  update(id: string, change: PlanChange, options?: CallOptions): Promise<Plan> {
    return this.transport.json({ ...options, method: 'PUT', path: `/plans/${segment(id)}`, body: change });
  }

  get(id: string, options?: CallOptions): Promise<Plan> {
    return this.transport.json({ ...options, method: 'GET', path: `/plans/${segment(id)}` });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<Plan>> {
    return readPage(this.transport, '/plans', { ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<Plan, void, void> {
    return readAll(this.transport, '/plans', { ...query }, options);
  }
}
