import { Injectable } from '@nestjs/common';
import { newId, notFound, parseCurrency } from '@tollkeeper/kernel';
import { parsePriceModel } from '@tollkeeper/rating';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { unknownReference } from './catalog.errors.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';
import { Price } from './price.entity.js';

export interface NewPrice {
  readonly productItemId: string;
  readonly priceName: string;
  readonly currency: string;
  /** Checked by the rating library, which knows the models. */
  readonly model: unknown;
}

@Injectable()
export class PricesService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `unknown_currency`, `invalid_price_model`, `unknown_product_item` */
  create(accountId: string, input: NewPrice): Promise<Price> {
    const currency = parseCurrency(input.currency);
    const model = parsePriceModel(input.model);
    return this.database.transaction(async (tx) => {
      const item = await this.repository.findItem(tx, accountId, input.productItemId);
      if (!item) throw unknownReference('productItemId', 'product item', input.productItemId);
      const now = this.clock.now();
      return tx.create(Price, { accountId, id: newId('price', now), productItemId: item.id, priceName: input.priceName, currency, model, createTime: now });
    });
  }

  /** @throws DomainError `price_not_found` */
  async get(accountId: string, id: string): Promise<Price> {
    const price = await this.repository.findPrice(this.database.reader(), accountId, id);
    if (!price) throw notFound('price', id);
    return price;
  }

  list(accountId: string, filter: { productItemId?: string }, range: ListRange): Promise<Price[]> {
    return this.repository.listPrices(this.database.reader(), accountId, filter, range);
  }
}
