import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** `day`, `month` and `year` count from the assignment's start; `calendar_month` turns on the 1st. */
export interface BillingPeriod {
  readonly interval: 'day' | 'month' | 'calendar_month' | 'year';
  readonly intervalsCount: number;
}

/** Prices and fees, billed by a period in one currency. */
export interface Plan {
  readonly id: string;
  readonly planName: string;
  readonly description: string | null;
  readonly currency: string;
  readonly billingPeriod: BillingPeriod;
  readonly baseFee: Money;
  readonly fees: readonly PlanFee[];
  /** So much usage of each billing period costs nothing. */
  readonly freeAmount: Money;
  /** The least that a billing period costs. */
  readonly minimumAmount: Money;
  /** Ids of the prices, in the order of the invoice lines. */
  readonly prices: readonly string[];
  /** New customers start on it. */
  readonly isDefault: boolean;
  /** `draft`: takes no customers and may change in everything; `deprecated` is for ever: it takes no new customers and does not change. */
  readonly status: 'draft' | 'active' | 'deprecated';
  /** Where its customers go at the end of their billing period. */
  readonly successorPlanId: string | null;
  /** Whether their periods go on there, where both plans have the same billing period, or are counted from the change. */
  readonly successorPeriods: 'continue' | 'restart';
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface PlanFee {
  readonly id: string;
  /** What the invoice line is called. */
  readonly name: string;
  readonly description: string | null;
  readonly amount: Money;
  /** `one_time`: with the first billing period. */
  readonly kind: 'recurring' | 'one_time';
  /** `in_advance`: at the start of the period, on an invoice of its own without grace. */
  readonly timing: 'in_advance' | 'in_arrears';
  /** A shorter period owes its share by days. */
  readonly isProrated: boolean;
}

export interface MoneyInput {
  readonly amountInMinorUnits: string | number;
  readonly currency: string;
}

export interface PlanFeeInput {
  /** Of a fee the draft has already. */
  readonly id?: string;
  readonly name: string;
  readonly description?: string | null;
  readonly amount: MoneyInput;
  readonly kind: PlanFee['kind'];
  /** Default `in_arrears`. */
  readonly timing?: PlanFee['timing'];
  readonly isProrated?: boolean;
}

/** What a plan costs: all its amounts and prices in its currency. */
export interface PlanTerms {
  readonly currency: string;
  readonly billingPeriod: { readonly interval: BillingPeriod['interval']; readonly intervalsCount?: number };
  /** Charged whole for every billing period, at its end. */
  readonly baseFee?: MoneyInput | null;
  readonly fees?: readonly PlanFeeInput[];
  readonly freeAmount?: MoneyInput | null;
  readonly minimumAmount?: MoneyInput | null;
  readonly prices?: readonly string[];
}

export interface PlanInput extends PlanTerms {
  readonly planName: string;
  readonly description?: string | null;
  /** Takes over from the default plan before. */
  readonly isDefault?: boolean;
  /** Default `active`. */
  readonly status?: 'draft' | 'active';
}

/** What a plan costs changes of a draft only: customers are on an active one. */
export interface PlanChange extends Partial<PlanTerms> {
  readonly planName?: string;
  readonly description?: string | null;
  readonly isDefault?: boolean;
  readonly status?: Plan['status'];
  /** Of a deprecated plan: its customers go on to that one at the end of their billing period. Null takes it back. */
  readonly successorPlanId?: string | null;
  readonly successorPeriods?: Plan['successorPeriods'];
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

  /** One that no customer was ever on. @returns it as it was */
  delete(id: string, options?: CallOptions): Promise<Plan> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/plans/${segment(id)}` });
  }
}
