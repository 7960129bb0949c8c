import { Injectable } from '@nestjs/common';
import { newId, notFound, parseCurrency } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { priceInUse } from './catalog.errors.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';
import { checkPriceFitsMeter, itemOf } from './price-check.js';
import { readPriceRule, type PriceRule } from './price-rule.js';
import { AGREED_VERSION, freeModel } from './price-overrides/agreed-plan.js';
import type { PriceOverride } from './price-overrides/price-override.entity.js';
import { PriceOverridesRepository } from './price-overrides/price-overrides.repository.js';
import { PriceVersion } from './price-version.entity.js';
import { Price } from './price.entity.js';

export interface NewPrice extends PriceRule {
  readonly productItemId: string;
  readonly priceName: string;
  readonly currency: string;
}

export interface PriceView {
  readonly price: Price;
  /** By the time they take effect; at least one. */
  readonly versions: readonly PriceVersion[];
}

@Injectable()
export class PricesService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly overrides: PriceOverridesRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `unknown_currency`, `invalid_price_model`, `unknown_product_item`, `price_does_not_fit_meter` */
  create(accountId: string, input: NewPrice): Promise<PriceView> {
    const currency = parseCurrency(input.currency);
    const model = readPriceRule(input);
    return this.database.transaction(async (tx) => {
      const item = await itemOf(this.repository, tx, accountId, input.productItemId);
      await checkPriceFitsMeter(tx, item, model);
      const now = this.clock.now();
      const price = tx.create(Price, { accountId, id: newId('price', now), productItemId: item.id, priceName: input.priceName, currency, createTime: now });
      // The price's row first: the ORM does not know that the one below refers to it.
      await tx.flush();
      return { price, versions: [tx.create(PriceVersion, { accountId, priceId: price.id, version: 1, model, effectiveFromInMillis: 0, createTime: now })] };
    });
  }

  /** @throws DomainError `price_not_found` */
  get(accountId: string, id: string): Promise<PriceView> {
    return this.viewIn(this.database.reader(), accountId, id);
  }

  async viewIn(tx: Transaction, accountId: string, id: string): Promise<PriceView> {
    const price = await this.repository.findPrice(tx, accountId, id);
    if (!price) throw notFound('price', id);
    return { price, versions: await this.repository.findVersions(tx, accountId, [id]) };
  }

  /** What a customer's line was rated by: a version of the price, or what was agreed with the customer at the time, else a trial. */
  async ratedBy(tx: Transaction, { price: { accountId, id }, versions }: PriceView, line: { version: number; customerId: string; atInMillis: number }): Promise<PriceVersion | undefined> {
    if (line.version !== AGREED_VERSION) return versions.find(({ version }) => version === line.version);
    const overrides = (await this.overrides.ofCustomers(tx, accountId, [line.customerId])).get(line.customerId) ?? [];
    const agreed = overrides.find(({ priceId, effectiveFromInMillis: from, effectiveToInMillis: to }) => priceId === id && from <= line.atInMillis && line.atInMillis < (to ?? Infinity));
    const { model, effectiveFromInMillis } = agreed ?? { model: freeModel(versions[0]!.model), effectiveFromInMillis: line.atInMillis };
    return { accountId, priceId: id, version: AGREED_VERSION, model: model!, effectiveFromInMillis, createTime: agreed?.createTime ?? versions[0]!.createTime };
  }

  /** What is agreed with a customer. */
  async agreedWith(tx: Transaction, accountId: string, customerId: string): Promise<PriceOverride[]> {
    return (await this.overrides.ofCustomers(tx, accountId, [customerId])).get(customerId) ?? [];
  }

  async list(accountId: string, filter: { productItemId?: string }, range: ListRange): Promise<PriceView[]> {
    const tx = this.database.reader();
    const prices = await this.repository.listPrices(tx, accountId, filter, range);
    const versions = Map.groupBy(await this.repository.findVersions(tx, accountId, prices.map(({ id }) => id)), (version) => version.priceId);
    return prices.map((price) => ({ price, versions: versions.get(price.id)! }));
  }

  /**
   * A price that no plan bundles goes, with its versions.
   * @throws DomainError `price_not_found`, `price_in_use`
   */
  delete(accountId: string, id: string): Promise<PriceView> {
    return this.database.transaction(async (tx) => {
      await this.repository.lockPrice(tx, accountId, id);
      const view = await this.viewIn(tx, accountId, id);
      const planIds = await this.repository.plansOfPrice(tx, accountId, id);
      if (planIds.length > 0) throw priceInUse(id, planIds);
      await tx.nativeDelete(PriceVersion, { accountId, priceId: id });
      await tx.nativeDelete(Price, { accountId, id });
      return view;
    });
  }
}
