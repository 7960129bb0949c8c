import type { DecimalInput } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** How units become money; amounts are decimals in major currency units. */
export type PriceModel<Amount = string> =
  | {
      readonly model: 'per_unit';
      readonly unitPrice: Amount;
      /** Units of each billing period that cost nothing. */
      readonly freeUnits?: Amount;
    }
  | {
      readonly model: 'graduated';
      readonly tiers: readonly {
        /** Last unit of the tier, counted from the period's first; null in the last tier. */
        readonly upTo: Amount | null;
        readonly unitPrice: Amount;
        /** Due once, as soon as a unit falls into the tier. */
        readonly flatFee?: Amount;
      }[];
    };

/** The price of a product item. It never changes; for another one make a new price and a plan that bundles it. */
export interface Price {
  readonly id: string;
  readonly productItemId: string;
  readonly priceName: string;
  readonly currency: string;
  readonly model: PriceModel;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface PriceInput {
  readonly productItemId: string;
  readonly priceName: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly model: PriceModel<DecimalInput>;
}

export interface PriceQuery extends PageQuery {
  readonly productItemId?: string;
}

export class PricesResource {
  constructor(private readonly transport: Transport) {}

  create(price: PriceInput, options?: CallOptions): Promise<Price> {
    return this.transport.json({ ...options, method: 'POST', path: '/prices', body: price });
  }

  get(id: string, options?: CallOptions): Promise<Price> {
    return this.transport.json({ ...options, method: 'GET', path: `/prices/${segment(id)}` });
  }

  list(query: PriceQuery = {}, options?: CallOptions): Promise<Page<Price>> {
    return readPage(this.transport, '/prices', { ...query }, options);
  }

  all(query: PriceQuery = {}, options?: CallOptions): AsyncGenerator<Price, void, void> {
    return readAll(this.transport, '/prices', { ...query }, options);
  }
}
