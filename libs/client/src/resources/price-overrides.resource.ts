import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';
import type { MoneyInput } from './plans.resource.js';
import type { PriceModel, PriceModelInput } from './price-model.js';

/** What one customer pays instead of what a price, or an amount of a plan, says. */
export interface PriceOverride {
  readonly id: string;
  readonly customerId: string;
  readonly priceId: string | null;
  readonly model: PriceModel | null;
  readonly planId: string | null;
  /** `base_fee`, `minimum_amount` and `free_amount` are the plan's own. */
  readonly feeId: string | null;
  readonly amount: Money | null;
  readonly effectiveFromTimeInMillis: number;
  /** Not part of it; null: without end; equal to the start: withdrawn. */
  readonly effectiveToTimeInMillis: number | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

/** Of a price (`priceId` with `model`), or of a fee, the minimum or the free amount of a plan (`planId` and `feeId` with `amount`). */
export interface PriceOverrideInput {
  readonly customerId: string;
  readonly priceId?: string;
  readonly model?: PriceModelInput;
  readonly planId?: string;
  readonly feeId?: string;
  readonly amount?: MoneyInput;
  /** Default: today. */
  readonly effectiveFromTimeInMillis?: number;
  readonly effectiveToTimeInMillis?: number | null;
}

export interface PriceOverrideQuery extends PageQuery {
  readonly customerId?: string;
}

export class PriceOverridesResource {
  constructor(private readonly transport: Transport) {}

  create(override: PriceOverrideInput, options?: CallOptions): Promise<PriceOverride> {
    return this.transport.json({ ...options, method: 'POST', path: '/price-overrides', body: override });
  }

  /** Sets or moves the end, or takes it back with null. */
  end(id: string, effectiveToTimeInMillis: number | null, options?: CallOptions): Promise<PriceOverride> {
    return this.transport.json({ ...options, method: 'PUT', path: `/price-overrides/${segment(id)}`, body: { effectiveToTimeInMillis } });
  }

  get(id: string, options?: CallOptions): Promise<PriceOverride> {
    return this.transport.json({ ...options, method: 'GET', path: `/price-overrides/${segment(id)}` });
  }

  list(query: PriceOverrideQuery = {}, options?: CallOptions): Promise<Page<PriceOverride>> {
    return readPage(this.transport, '/price-overrides', { ...query }, options);
  }

  all(query: PriceOverrideQuery = {}, options?: CallOptions): AsyncGenerator<PriceOverride, void, void> {
    return readAll(this.transport, '/price-overrides', { ...query }, options);
  }
}
