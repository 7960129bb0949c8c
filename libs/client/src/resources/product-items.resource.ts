import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** Something that is sold by the units of a meter. */
export interface ProductItem {
  readonly id: string;
  /** What the invoice line is called. */
  readonly productItemName: string;
  readonly meterApiName: string;
  readonly description: string | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface ProductItemInput {
  readonly productItemName: string;
  readonly meterApiName: string;
  readonly description?: string | null;
}

export class ProductItemsResource {
  constructor(private readonly transport: Transport) {}

  create(item: ProductItemInput, options?: CallOptions): Promise<ProductItem> {
    return this.transport.json({ ...options, method: 'POST', path: '/product-items', body: item });
  }

  get(id: string, options?: CallOptions): Promise<ProductItem> {
    return this.transport.json({ ...options, method: 'GET', path: `/product-items/${segment(id)}` });
  }

  list(query: PageQuery = {}, options?: CallOptions): Promise<Page<ProductItem>> {
    return readPage(this.transport, '/product-items', { ...query }, options);
  }

  all(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<ProductItem, void, void> {
    return readAll(this.transport, '/product-items', { ...query }, options);
  }
}
