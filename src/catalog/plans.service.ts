import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { draftIsNoDefault } from './catalog.errors.js';
import { CatalogRepository, type ListRange } from './catalog.repository.js';
import { PlanPrice } from './plan-price.entity.js';
import { checkPrices, readTerms, refuseEmpty, type PlanTermsInput } from './plan-terms.js';
import { Plan } from './plan.entity.js';
import { agreedPlan, relevantOverrides, type AgreedSpan } from './price-overrides/agreed-plan.js';
import { PriceOverridesRepository } from './price-overrides/price-overrides.repository.js';
import type { PricedPlan } from './priced-plan.js';

export interface NewPlan extends PlanTermsInput {
  readonly planName: string;
  readonly description?: string | null;
  readonly isDefault?: boolean;
  /** Default: active at once. */
  readonly status?: 'draft' | 'active';
}

export interface PlanView {
  readonly plan: Plan;
  /** In the order of the invoice lines. */
  readonly priceIds: readonly string[];
}

@Injectable()
export class PlansService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly overrides: PriceOverridesRepository,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `empty_plan`, `unknown_currency`, `invalid_billing_period`, `unknown_price`, `currency_mix`, `item_priced_twice`, `draft_is_no_default` */
  create(accountId: string, input: NewPlan): Promise<PlanView> {
    const terms = readTerms(input);
    const status = input.status ?? 'active';
    if (status === 'active') refuseEmpty(terms, input.priceIds);
    if (status === 'draft' && input.isDefault === true) throw draftIsNoDefault();
    return this.database.transaction(async (tx) => {
      await checkPrices(this.repository, tx, { accountId, currency: terms.currency, priceIds: input.priceIds });
      if (input.isDefault === true) await this.clearDefault(tx, accountId);
      const now = this.clock.now();
      const { planName, description = null, isDefault = false } = input;
      const plan = tx.create(Plan, { accountId, id: newId('plan', now), planName, description, ...terms, isDefault, status, createTime: now, updateTime: now });
      // The plan's row first: the ORM does not know that the rows below refer to it.
      await tx.flush();
      this.bundle(tx, plan, input.priceIds);
      return { plan, priceIds: input.priceIds };
    });
  }

  /** Makes the rows of the plan's prices. */
  bundle(tx: Transaction, { accountId, id: planId }: Plan, priceIds: readonly string[]): void {
    priceIds.forEach((priceId, position) => tx.create(PlanPrice, { accountId, planId, priceId, position }));
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

  /** As `getPriced`, with what is agreed with a customer for a period. @returns also whether anything is */
  async getAgreed(tx: Transaction, { accountId, planId, customerId }: { accountId: string; planId: string; customerId: string }, period: AgreedSpan): Promise<PricedPlan & { readonly isAgreed: boolean }> {
    const plan = await this.getPriced(tx, accountId, planId);
    const overrides = (await this.overrides.ofCustomers(tx, accountId, [customerId])).get(customerId) ?? [];
    const relevant = relevantOverrides(plan, overrides, period);
    return { ...agreedPlan(plan, relevant), isAgreed: relevant.length > 0 };
  }

  async list(accountId: string, range: ListRange): Promise<PlanView[]> {
    const tx = this.database.reader();
    const plans = await this.repository.listPlans(tx, accountId, range);
    const planPrices = Map.groupBy(await this.repository.findPlanPrices(tx, accountId, plans.map((plan) => plan.id)), (row) => row.planId);
    return plans.map((plan) => ({ plan, priceIds: (planPrices.get(plan.id) ?? []).map((row) => row.priceId) }));
  }

  findDefault(tx: Transaction, accountId: string): Promise<Plan | null> {
    return this.repository.findDefaultPlan(tx, accountId);
  }

  /** Before the new default is written, because at most one may be stored at any moment; one after the other, by the account's row. */
  async clearDefault(tx: Transaction, accountId: string): Promise<void> {
    await tx.execute('select 1 from account where id = ? for no key update', [accountId]);
    await tx.nativeUpdate(Plan, { accountId, isDefault: true }, { isDefault: false, updateTime: this.clock.now() });
  }
}
