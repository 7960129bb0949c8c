import type { Plan } from './plan.entity.js';
import type { PriceVersion } from './price-version.entity.js';
import type { Price } from './price.entity.js';
import type { ProductItem } from './product-item.entity.js';

export interface PricedItem {
  readonly price: Price;
  /** By the time they take effect; the first one has always been in force. */
  readonly versions: readonly PriceVersion[];
  readonly productItem: ProductItem;
}

/** A plan with everything that rating needs. */
export interface PricedPlan {
  readonly plan: Plan;
  readonly prices: readonly PricedItem[];
}
