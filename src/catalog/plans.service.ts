import { Injectable } from '@nestjs/common';
import { newId, notFound, parseBillingPeriod, parseCurrency } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { currencyMix, emptyPlan, itemPricedTwice, planDeprecated, planIsDefault, unknownReference } from './catalog.errors.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';
import { PlanPrice } from './plan-price.entity.js';
import { Plan, type PlanStatus } from './plan.entity.js';
import type { PriceVersion } from './price-version.entity.js';
import type { Price } from './price.entity.js';
import type { ProductItem } from './product-item.entity.js';

export interface NewPlan {
  readonly planName: string;
  readonly description?: string | null;
  readonly currency: string;
  readonly billingPeriod: { interval?: unknown; intervalsCount?: unknown };
  /** Minor units of the plan's currency per billing period, due in arrears. */
  readonly baseFeeAmount?: bigint;
  readonly priceIds: readonly string[];
  readonly isDefault?: boolean;
}

/** What may change about a plan: not what it costs, since customers are on it. */
export interface PlanChange {
  readonly planName?: string;
  readonly description?: string | null;
  readonly isDefault?: boolean;
  readonly status?: PlanStatus;
}

export interface PlanView {
  readonly plan: Plan;
  /** In the order of the invoice lines. */
  readonly priceIds: readonly string[];
}

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

@Injectable()
export class PlansService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `empty_plan`, `unknown_currency`, `invalid_billing_period`, `unknown_price`, `currency_mix`, `item_priced_twice` */
  create(accountId: string, input: NewPlan): Promise<PlanView> {
    const currency = parseCurrency(input.currency);
    const billingPeriod = parseBillingPeriod(input.billingPeriod);
    const baseFeeAmount = input.baseFeeAmount ?? 0n;
    if (input.priceIds.length === 0 && baseFeeAmount === 0n) throw emptyPlan();
    return this.database.transaction(async (tx) => {
      await this.#checkPrices(tx, accountId, currency, input.priceIds);
      if (input.isDefault === true) await this.#clearDefault(tx, accountId);
      const now = this.clock.now();
      const plan = tx.create(Plan, {
        accountId,
        id: newId('plan', now),
        planName: input.planName,
        description: input.description ?? null,
        currency,
        billingPeriod,
        baseFeeAmount,
        isDefault: input.isDefault ?? false,
        status: 'active',
        createTime: now,
        updateTime: now,
      });
      // The plan's row first: the ORM does not know that the rows below refer to it.
      await tx.flush();
      input.priceIds.forEach((priceId, position) => tx.create(PlanPrice, { accountId, planId: plan.id, priceId, position }));
      return { plan, priceIds: input.priceIds };
    });
  }

  /** @throws DomainError `plan_not_found`, `plan_deprecated`, `plan_is_default` */
  update(accountId: string, id: string, change: PlanChange): Promise<PlanView> {
    return this.database.transaction(async (tx) => {
      const { plan, priceIds } = await this.viewIn(tx, accountId, id);
      if (plan.status === 'deprecated') throw planDeprecated(id);
      const isDefault = change.isDefault ?? plan.isDefault;
      if (change.status === 'deprecated' && isDefault) throw planIsDefault(id);
      if (isDefault && !plan.isDefault) await this.#clearDefault(tx, accountId);
      tx.assign(plan, {
        planName: change.planName ?? plan.planName,
        description: change.description === undefined ? plan.description : change.description,
        isDefault,
        status: change.status ?? plan.status,
        updateTime: this.clock.now(),
      });
      return { plan, priceIds };
    });
  }

  get(accountId: string, id: string): Promise<PlanView> {
    return this.viewIn(this.database.reader(), accountId, id);
  }

  /** @throws DomainError `plan_not_found` */
  async viewIn(tx: Transaction, accountId: string, id: string): Promise<PlanView> {
    const plan = await this.repository.findPlan(tx, accountId, id);
    if (!plan) throw notFound('plan', id);
    const planPrices = await this.repository.findPlanPrices(tx, accountId, [id]);
    return { plan, priceIds: planPrices.map((planPrice) => planPrice.priceId) };
  }

  /**
   * The plan with its prices and their items, in the order of the invoice lines.
   * @throws DomainError `plan_not_found`
   */
  async getPriced(tx: Transaction, accountId: string, id: string): Promise<PricedPlan> {
    const { plan, priceIds } = await this.viewIn(tx, accountId, id);
    const prices = new Map((await this.repository.findPrices(tx, accountId, priceIds)).map((price) => [price.id, price]));
    const items = await this.repository.findItems(tx, accountId, [...new Set([...prices.values()].map((price) => price.productItemId))]);
    const versions = Map.groupBy(await this.repository.findVersions(tx, accountId, priceIds), (version) => version.priceId);
    const itemById = new Map(items.map((item) => [item.id, item]));
    return {
      plan,
      prices: priceIds.map((priceId) => {
        const price = prices.get(priceId)!;
        return { price, versions: versions.get(priceId)!, productItem: itemById.get(price.productItemId)! };
      }),
    };
  }

  async list(accountId: string, range: ListRange): Promise<PlanView[]> {
    const tx = this.database.reader();
    const plans = await this.repository.listPlans(tx, accountId, range);
    const planPrices = await this.repository.findPlanPrices(tx, accountId, plans.map((plan) => plan.id));
    return plans.map((plan) => ({ plan, priceIds: planPrices.filter((row) => row.planId === plan.id).map((row) => row.priceId) }));
  }

  findDefault(tx: Transaction, accountId: string): Promise<Plan | null> {
    return this.repository.findDefaultPlan(tx, accountId);
  }

  async #checkPrices(tx: Transaction, accountId: string, currency: string, priceIds: readonly string[]): Promise<void> {
    const prices = new Map((await this.repository.findPrices(tx, accountId, priceIds)).map((price) => [price.id, price]));
    const priceOfItem = new Map<string, string>();
    for (const priceId of priceIds) {
      const price = prices.get(priceId);
      if (!price) throw unknownReference('prices', 'price', priceId);
      if (price.currency !== currency) throw currencyMix(priceId, price.currency, currency);
      const other = priceOfItem.get(price.productItemId);
      if (other !== undefined) throw itemPricedTwice(price.productItemId, other, priceId);
      priceOfItem.set(price.productItemId, priceId);
    }
  }

  /** Before the new default is written, because at most one may be stored at any moment; one after the other, by the account's row. */
  async #clearDefault(tx: Transaction, accountId: string): Promise<void> {
    await tx.execute('select 1 from account where id = ? for no key update', [accountId]);
    await tx.nativeUpdate(Plan, { accountId, isDefault: true }, { isDefault: false, updateTime: this.clock.now() });
  }
}
