import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';
import type { PriceModel, PriceModelInput } from './price-model.js';

/** The price of a product item. Its model never changes; from a day on it can have another one, as a version. */
export interface Price {
  readonly id: string;
  readonly productItemId: string;
  readonly priceName: string;
  readonly currency: string;
  /** Of the first version. */
  readonly model: PriceModel;
  /** By the time they take effect. */
  readonly versions: readonly PriceVersion[];
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface PriceVersion {
  readonly version: number;
  /** Epoch milliseconds, up to the next version; null: from the beginning. */
  readonly effectiveFromTimeInMillis: number | null;
  readonly model: PriceModel;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export type PriceInput = {
  readonly productItemId: string;
  readonly priceName: string;
  /** ISO 4217. */
  readonly currency: string;
} & PriceRule;

/** A model, or a price as the reference API writes it: a tree of nodes, or a generator named by its type. */
export type PriceRule =
  | { readonly model: PriceModelInput }
  | { readonly price: Readonly<Record<string, unknown>> }
  | { readonly priceGenerator: Readonly<Record<string, unknown>> & { readonly type: string } };

export type PriceVersionInput = PriceRule & {
  /** Epoch milliseconds of any instant of its first day; default: today. */
  readonly effectiveFromTimeInMillis?: number | null;
};

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

  /** One that no plan bundles. @returns it as it was */
  delete(id: string, options?: CallOptions): Promise<Price> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/prices/${segment(id)}` });
  }

  /** Gives the price another model from a day on; a period that holds that day is rated in two parts. */
  addVersion(id: string, version: PriceVersionInput, options?: CallOptions): Promise<Price> {
    return this.transport.json({ ...options, method: 'POST', path: `/prices/${segment(id)}/versions`, body: version });
  }

  /** Takes back the last version, as long as nothing was billed by it. */
  withdrawVersion(id: string, version: number, options?: CallOptions): Promise<Price> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/prices/${segment(id)}/versions/${version}` });
  }
}
