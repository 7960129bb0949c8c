import { Injectable } from '@nestjs/common';
import { newId, notFound, startOfDay } from '@tollkeeper/kernel';
import type { PriceModel } from '@tollkeeper/rating';
import { Database, type Transaction } from '../../platform/database/database.js';
import { AssignmentDays, assignmentEnd } from '../assignment-days.js';
import { AssignmentGuards } from '../assignment-guards.js';
import { AssignmentRecords } from '../assignment-records.js';
import { amountsMix, planIsDraft, unknownReference } from '../catalog.errors.js';
import { CatalogRepository, type ListRange } from '../catalog.repository.js';
import { checkPriceFitsMeter, itemOf } from '../price-check.js';
import { readPriceRule, type PriceRule } from '../price-rule.js';
import { PriceOverride, RESERVED_FEE_IDS } from './price-override.entity.js';
import { customerBilled, notOneTarget, overrideEnded, overrideEndsBeforeStart, overrideOverlap, unknownFee } from './price-override.errors.js';
import { PriceOverridesRepository } from './price-overrides.repository.js';

export interface NewPriceOverride extends PriceRule {
  readonly customerId: string;
  readonly priceId?: string | null;
  readonly planId?: string | null;
  readonly feeId?: string | null;
  /** Of the fee, the minimum or the free amount. */
  readonly amount?: { readonly amountInMinorUnits: bigint; readonly currency: string } | null;
  /** Default: today. In force from the start of the day that holds it. */
  readonly effectiveFromTimeInMillis?: number | null;
  /** In force up to the end of the day that holds it; the start of a day ends it there. */
  readonly effectiveToTimeInMillis?: number | null;
}

export interface OverrideView {
  readonly override: PriceOverride;
  /** Of a fee. */
  readonly currency: string | null;
}

type Target = Pick<PriceOverride, 'priceId' | 'model' | 'planId' | 'feeId' | 'amount'>;

/** What is agreed with single customers. A period that holds the day from which it holds is rated in two parts; what is locked stays as it is. */
@Injectable()
export class PriceOverridesService {
  constructor(
    private readonly database: Database,
    private readonly repository: PriceOverridesRepository,
    private readonly catalog: CatalogRepository,
    private readonly records: AssignmentRecords,
    private readonly guards: AssignmentGuards,
    private readonly days: AssignmentDays,
  ) {}

  /**
   * @throws DomainError `not_one_override`, `unknown_customer`, `unknown_price`, `not_one_price_model`, `invalid_price_model`, `price_does_not_fit_meter`, `unknown_plan`,
   * `plan_is_draft`, `unknown_fee`, `currency_mix`, `end_before_start`, `period_locked`, `override_overlap`
   */
  create(accountId: string, input: NewPriceOverride): Promise<OverrideView> {
    return this.database.transaction((tx) => this.createIn(tx, accountId, input));
  }

  /** As `create`, in the caller's transaction. */
  async createIn(tx: Transaction, accountId: string, input: NewPriceOverride): Promise<OverrideView> {
    const { customerId } = input;
    await this.records.holdCustomer(tx, accountId, customerId);
    const target = await this.#target(tx, accountId, input);
    const { now, timeZone } = await this.days.todayIn(tx, accountId);
    const from = startOfDay(input.effectiveFromTimeInMillis ?? now, timeZone);
    const to = input.effectiveToTimeInMillis == null ? null : assignmentEnd(input.effectiveToTimeInMillis, timeZone);
    if (to !== null && to <= from) throw overrideEndsBeforeStart(from, to);
    await this.#refuseBilled(tx, { accountId, customerId, feeId: target.feeId ?? null }, from, timeZone);
    const time = this.records.now();
    const override = tx.create(PriceOverride, { accountId, id: newId('pov', time), customerId, ...target, effectiveFromInMillis: from, effectiveToInMillis: to, createTime: time, updateTime: time });
    await this.#refuseOverlap(tx, override);
    await tx.flush();
    return this.#view(tx, override);
  }

  /**
   * Sets or moves the end; null takes it back. One that nothing has been billed by may end where it starts, which withdraws it.
   * @throws DomainError `price_override_not_found`, `override_ended`, `end_before_start`, `period_locked`, `override_overlap`
   */
  end(accountId: string, id: string, effectiveToTimeInMillis: number | null): Promise<OverrideView> {
    return this.database.transaction(async (tx) => {
      const found = await this.#find(tx, accountId, id);
      await this.records.holdCustomer(tx, accountId, found.customerId);
      const override = await tx.refreshOrFail(found);
      const { timeZone } = await this.days.todayIn(tx, accountId);
      const { effectiveFromInMillis: from, effectiveToInMillis: before } = override;
      const to = effectiveToTimeInMillis === null ? null : assignmentEnd(effectiveToTimeInMillis, timeZone);
      if (to !== null && to < from) throw overrideEndsBeforeStart(from, to);
      if (before != null && before <= from) throw overrideEnded(before);
      // From the earlier of both ends on it comes to something else.
      await this.#refuseBilled(tx, { accountId, customerId: override.customerId, feeId: override.feeId ?? null }, Math.min(to ?? Infinity, before ?? Infinity), timeZone);
      override.effectiveToInMillis = to;
      override.updateTime = this.records.now();
      if (to !== from) await this.#refuseOverlap(tx, override);
      await tx.flush();
      return this.#view(tx, override);
    });
  }

  /** @throws DomainError `price_override_not_found` */
  async get(accountId: string, id: string): Promise<OverrideView> {
    const reader = this.database.reader();
    return this.#view(reader, await this.#find(reader, accountId, id));
  }

  async list(accountId: string, filter: { customerId?: string | undefined }, range: ListRange): Promise<OverrideView[]> {
    const reader = this.database.reader();
    const views: OverrideView[] = [];
    for (const override of await this.repository.list(reader, accountId, filter, range)) views.push(await this.#view(reader, override));
    return views;
  }

  async #find(tx: Transaction, accountId: string, id: string): Promise<PriceOverride> {
    const override = await this.repository.find(tx, accountId, id);
    if (!override) throw notFound('price_override', id);
    return override;
  }

  async #view(tx: Transaction, override: PriceOverride): Promise<OverrideView> {
    const plan = override.planId == null ? null : await this.catalog.findPlan(tx, override.accountId, override.planId);
    return { override, currency: plan?.currency ?? null };
  }

  async #target(tx: Transaction, accountId: string, input: NewPriceOverride): Promise<Target> {
    const { priceId, planId, feeId, amount, model, price, priceGenerator } = input;
    const isOfFee = planId != null && feeId != null && amount != null;
    const hasRule = model != null || price != null || priceGenerator != null;
    if (priceId != null && hasRule && planId == null && feeId == null && amount == null) return { priceId, model: await this.#model(tx, accountId, priceId, { model, price, priceGenerator }), planId: null, feeId: null, amount: null };
    if (!isOfFee || priceId != null || hasRule) throw notOneTarget();
    const plan = await this.catalog.holdPlan(tx, accountId, planId);
    if (!plan) throw unknownReference('planId', 'plan', planId);
    if (plan.status === 'draft') throw planIsDraft(planId);
    if (!RESERVED_FEE_IDS.has(feeId) && !plan.fees.some(({ id }) => id === feeId)) throw unknownFee(planId, feeId);
    if (amount.currency !== plan.currency) throw amountsMix(amount.currency, plan.currency);
    return { priceId: null, model: null, planId, feeId, amount: amount.amountInMinorUnits };
  }

  async #model(tx: Transaction, accountId: string, priceId: string, rule: PriceRule): Promise<PriceModel> {
    const model = readPriceRule(rule);
    const [price] = await this.catalog.holdPrices(tx, accountId, [priceId]);
    if (!price) throw unknownReference('priceId', 'price', priceId);
    await checkPriceFitsMeter(tx, await itemOf(this.catalog, tx, accountId, price.productItemId), model);
    return model;
  }

  async #refuseBilled(tx: Transaction, what: { accountId: string; customerId: string; feeId: string | null }, at: number, timeZone: string): Promise<void> {
    const billed = await this.guards.lastBilledOf(tx, { ...what, feeId: mayBeInAdvance(what.feeId) ? what.feeId : null });
    // Fees are what they are at the start of their period, which may have been billed in advance; the day after it changes nothing of that.
    const end = billed && assignmentEnd(billed.endInMillis, timeZone);
    if (billed && at < end!) throw customerBilled({ ...billed, endInMillis: end! });
  }

  async #refuseOverlap(tx: Transaction, override: PriceOverride): Promise<void> {
    const other = await this.repository.findOverlapping(tx, override);
    if (other) throw overrideOverlap(other);
  }
}

/** Of the plan's own amounts none is billed before its period is over. */
function mayBeInAdvance(feeId: string | null): boolean {
  return feeId !== null && !RESERVED_FEE_IDS.has(feeId);
}
