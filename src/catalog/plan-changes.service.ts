import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { amountsMix, draftIsNoDefault, planDeprecated, planInUse, planIsDefault, planIsNotDraft, unfitSuccessor, unknownReference } from './catalog.errors.js';
import { CatalogRepository } from './catalog.repository.js';
import { PlanPrice } from './plan-price.entity.js';
import { checkPrices, readTerms, refuseEmpty, type NewFee, type PlanTermsInput } from './plan-terms.js';
import { Plan, type PlanStatus, type SuccessorPeriods } from './plan.entity.js';
import { PlansService, type PlanView } from './plans.service.js';

/** What it costs may change of a draft only: customers are on an active one. */
export interface PlanChange extends Partial<PlanTermsInput> {
  /** Of the amounts among them; has to be the plan's. */
  readonly amountsCurrency?: string;
  readonly planName?: string;
  readonly description?: string | null;
  readonly isDefault?: boolean;
  readonly status?: PlanStatus;
  /** Null takes it back. Goes with a plan that is deprecated, or becomes so. */
  readonly successorPlanId?: string | null;
  /** As the plan has them; at first they go on. */
  readonly successorPeriods?: SuccessorPeriods;
}

const OF_SUCCESSION: ReadonlySet<string> = new Set(['successorPlanId', 'successorPeriods']);
const TERMS = ['currency', 'billingPeriod', 'baseFeeAmount', 'fees', 'freeAmount', 'minimumAmount', 'priceIds'] as const;

/** draft → active → deprecated, and what may be said of a plan on the way. */
@Injectable()
export class PlanChangesService {
  constructor(
    private readonly database: Database,
    private readonly repository: CatalogRepository,
    private readonly plans: PlansService,
    private readonly clock: ProcessClock,
  ) {}

  /**
   * @throws DomainError `plan_not_found`, `plan_deprecated`, `plan_is_default`, `plan_is_not_draft`, `draft_is_no_default`, `unfit_successor`, `unknown_plan` and
   * what creating a plan throws
   */
  update(accountId: string, id: string, change: PlanChange): Promise<PlanView> {
    return this.database.transaction(async (tx) => {
      const view = await this.#locked(tx, accountId, id);
      const { plan } = view;
      const changed = Object.entries(change).filter(([, value]) => value !== undefined).map(([name]) => name);
      if (plan.status === 'deprecated' && changed.some((name) => !OF_SUCCESSION.has(name))) throw planDeprecated(id);
      const terms = TERMS.filter((name) => changed.includes(name));
      if (terms.length > 0 && plan.status !== 'draft') throw planIsNotDraft(id, terms);
      const status = this.#nextStatus(plan, change.status);
      const priceIds = terms.length > 0 ? await this.#replaceTerms(tx, view, change) : view.priceIds;
      if (status === 'active') refuseEmpty(plan, priceIds);
      await this.#makeDefault(tx, plan, status, change.isDefault ?? plan.isDefault);
      if (change.successorPlanId !== undefined) plan.successorPlanId = await this.#successor(tx, plan, status, change.successorPlanId);
      const { planName = plan.planName, description = plan.description, successorPeriods = plan.successorPeriods } = change;
      tx.assign(plan, { planName, description: description ?? null, successorPeriods, status, updateTime: this.clock.now() });
      return { plan, priceIds };
    });
  }

  /**
   * A plan that no customer was ever on goes.
   * @throws DomainError `plan_not_found`, `plan_in_use`, `plan_is_default`
   */
  delete(accountId: string, id: string): Promise<PlanView> {
    return this.database.transaction(async (tx) => {
      const view = await this.#locked(tx, accountId, id);
      if (view.plan.isDefault) throw planIsDefault(id);
      const [assigned, succeeded] = [await this.repository.countAssignments(tx, accountId, id), await tx.count(Plan, { accountId, successorPlanId: id })];
      if (assigned > 0 || succeeded > 0) throw planInUse(id, assigned, succeeded);
      await tx.nativeDelete(PlanPrice, { accountId, planId: id });
      await tx.nativeDelete(Plan, { accountId, id });
      return view;
    });
  }

  async #locked(tx: Transaction, accountId: string, id: string): Promise<PlanView> {
    if (!(await this.repository.lockPlan(tx, accountId, id))) throw notFound('plan', id);
    return this.plans.viewIn(tx, accountId, id);
  }

  #nextStatus(plan: Plan, wanted: PlanStatus = plan.status): PlanStatus {
    if (wanted === 'draft' && plan.status !== 'draft') throw planIsNotDraft(plan.id, ['status']);
    return wanted;
  }

  async #replaceTerms(tx: Transaction, { plan, priceIds: before }: PlanView, change: PlanChange): Promise<readonly string[]> {
    const { accountId, id: planId } = plan;
    const fees: readonly NewFee[] = plan.fees.map((fee) => ({ ...fee, amount: BigInt(fee.amount) }));
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const terms = { ...plan, fees, priceIds: before, ...given } as PlanTermsInput;
    Object.assign(plan, readTerms(terms));
    if (change.amountsCurrency !== undefined && change.amountsCurrency !== plan.currency) throw amountsMix(change.amountsCurrency, plan.currency);
    await checkPrices(this.repository, tx, { accountId, currency: plan.currency, priceIds: terms.priceIds });
    if (change.priceIds === undefined) return before;
    for (const row of await this.repository.findPlanPrices(tx, accountId, [planId])) tx.remove(row);
    // Gone before the new ones come, some of which may be the same.
    await tx.flush();
    this.plans.bundle(tx, plan, terms.priceIds);
    return terms.priceIds;
  }

  async #makeDefault(tx: Transaction, plan: Plan, status: PlanStatus, isDefault: boolean): Promise<void> {
    if (isDefault && status === 'deprecated') throw planIsDefault(plan.id);
    if (isDefault && status === 'draft') throw draftIsNoDefault();
    if (isDefault && !plan.isDefault) await this.plans.clearDefault(tx, plan.accountId);
    plan.isDefault = isDefault;
  }

  async #successor(tx: Transaction, plan: Plan, status: PlanStatus, successorPlanId: string | null): Promise<string | null> {
    if (successorPlanId === null) return null;
    if (status !== 'deprecated') throw unfitSuccessor(`Plan '${plan.id}' is ${status}: a successor takes over from a plan that is deprecated. Send status 'deprecated' with it.`);
    const successor = await this.repository.findPlan(tx, plan.accountId, successorPlanId);
    if (!successor) throw unknownReference('successorPlanId', 'plan', successorPlanId);
    if (successor.id === plan.id || successor.status !== 'active') throw unfitSuccessor(`Plan '${successorPlanId}' is ${successor.id === plan.id ? 'the plan itself' : successor.status}: a successor is another plan that is active.`);
    if (successor.currency !== plan.currency) throw unfitSuccessor(`Plan '${successorPlanId}' is in ${successor.currency}, the plan in ${plan.currency}: customers keep their currency.`);
    return successorPlanId;
  }
}
