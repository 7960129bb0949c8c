import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, sqlState, type Transaction } from '../platform/database/database.js';
import { unknownMeter } from './catalog.errors.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';
import { ProductItem } from './product-item.entity.js';

const FOREIGN_KEY_VIOLATION = '23503';

export interface NewProductItem {
  readonly productItemName: string;
  readonly meterApiName: string;
  readonly description?: string | null;
}

@Injectable()
export class ProductItemsService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `unknown_meter` */
  async create(accountId: string, input: NewProductItem): Promise<ProductItem> {
    try {
      return await this.database.transaction((tx) => this.createIn(tx, accountId, input));
    } catch (error) {
      if (sqlState(error) === FOREIGN_KEY_VIOLATION) throw unknownMeter(input.meterApiName);
      throw error;
    }
  }

  async createIn(tx: Transaction, accountId: string, input: NewProductItem): Promise<ProductItem> {
    const now = this.clock.now();
    const item = tx.create(ProductItem, {
      accountId,
      id: newId('item', now),
      meterApiName: input.meterApiName,
      productItemName: input.productItemName,
      description: input.description ?? null,
      createTime: now,
      updateTime: now,
    });
    await tx.flush();
    return item;
  }

  /** A meter that is used in billing has an item of its own; one that has any item already keeps it. */
  async ensureForMeter(tx: Transaction, accountId: string, meter: { meterApiName: string; label: string }): Promise<void> {
    const existing = await this.repository.findItemsOfMeter(tx, accountId, meter.meterApiName);
    if (existing.length === 0) await this.createIn(tx, accountId, { productItemName: meter.label, meterApiName: meter.meterApiName });
  }

  /** @throws DomainError `product_item_not_found` */
  async get(accountId: string, id: string): Promise<ProductItem> {
    const item = await this.repository.findItem(this.database.reader(), accountId, id);
    if (!item) throw notFound('product_item', id);
    return item;
  }

  /** By id. */
  async names(accountId: string, ids: readonly string[]): Promise<Map<string, string>> {
    const items = await this.repository.findItems(this.database.reader(), accountId, [...new Set(ids)]);
    return new Map(items.map(({ id, productItemName }) => [id, productItemName]));
  }

  list(accountId: string, range: ListRange): Promise<ProductItem[]> {
    return this.repository.listItems(this.database.reader(), accountId, range);
  }
}
