import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import type { Transaction } from '../platform/database/database.js';
import { CatalogRepository } from './catalog.repository.js';
import type { PricedItem, PricedPlan } from './priced-plan.js';
import { checkPriceFitsMeter, itemOf } from './price-check.js';
import { readPriceRule, type PriceRule } from './price-rule.js';

/** A price that is only asked about. */
export interface ProposedPrice extends PriceRule {
  readonly productItemId: string;
}

/** What the price of a line is called that was rated by a proposal. */
export const PROPOSED_PRICE_ID = '';

/** Plans with other prices than they have, to see what these would come to. Nothing is stored. */
@Injectable()
export class ProposedPrices {
  constructor(private readonly repository: CatalogRepository) {}

  /**
   * In the place of the plan's price of the same item, or behind the others.
   * @throws DomainError `not_one_price_model`, `invalid_price_model`, `unknown_product_item`, `price_does_not_fit_meter`, `item_proposed_twice`
   */
  async propose(tx: Transaction, { plan, prices }: PricedPlan, proposals: readonly ProposedPrice[]): Promise<PricedPlan> {
    const proposed = new Map<string, PricedItem>();
    for (const { productItemId, ...rule } of proposals) {
      const model = readPriceRule(rule);
      const productItem = await itemOf(this.repository, tx, plan.accountId, productItemId);
      await checkPriceFitsMeter(tx, productItem, model);
      if (proposed.has(productItemId)) throw invalid('item_proposed_twice', `The product item '${productItemId}' has two proposed prices; send one.`);
      const { accountId, currency } = plan;
      const price = { accountId, id: PROPOSED_PRICE_ID, productItemId, priceName: productItem.productItemName, currency, createTime: 0 };
      proposed.set(productItemId, { price, productItem, versions: [{ accountId, priceId: PROPOSED_PRICE_ID, version: 1, model, effectiveFromInMillis: 0, createTime: 0 }] });
    }
    const replaced = prices.map((item) => proposed.get(item.productItem.id) ?? item);
    return { plan, prices: [...replaced, ...[...proposed.values()].filter((item) => !replaced.includes(item))] };
  }
}
