import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { AssignmentDays } from '../catalog/assignment-days.js';
import type { Assignment } from '../catalog/assignment.entity.js';
import { AssignmentsService } from '../catalog/assignments.service.js';
import { PlansService } from '../catalog/plans.service.js';
import type { PricedPlan } from '../catalog/priced-plan.js';
import { PriceOverridesService } from '../catalog/price-overrides/price-overrides.service.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { readPlanGenerator } from './plan-generator.js';
import { ReferencePricing } from './reference-pricing.service.js';

export interface WantedCustomPlan {
  readonly customerId: string;
  readonly planGenerator: Readonly<Record<string, unknown>>;
  readonly startTimeInSeconds?: number | undefined;
  readonly endTimeInSeconds?: number | undefined;
}

/** A customer's plan as it is for that customer. */
export interface CustomPlan {
  readonly assignment: Assignment;
  readonly plan: PricedPlan;
  readonly atInMillis: number;
  readonly isCustom: boolean;
}

/** The reference's custom plans: what is agreed with a customer of the plan it is on. */
@Injectable()
export class ReferenceCustomPlans {
  constructor(
    private readonly database: Database,
    private readonly assignments: AssignmentsService,
    private readonly plans: PlansService,
    private readonly overrides: PriceOverridesService,
    private readonly pricing: ReferencePricing,
    private readonly days: AssignmentDays,
  ) {}

  /** All of it or nothing. @throws DomainError `customer_without_plan`, what `readPlanGenerator` throws and what creating overrides throws */
  create(accountId: string, { customerId, planGenerator, startTimeInSeconds, endTimeInSeconds }: WantedCustomPlan): Promise<CustomPlan> {
    return this.database.transaction(async (tx) => {
      const atInMillis = startTimeInSeconds === undefined ? (await this.days.todayIn(tx, accountId)).now : startTimeInSeconds * 1_000;
      const assignment = await this.assignments.findAt(tx, accountId, customerId, atInMillis);
      if (!assignment) throw invalid('customer_without_plan', `No customer '${customerId}' is on a plan at that time.`, [{ field: 'customerId', code: 'customer_without_plan', message: 'is on no plan at startTimeInSeconds' }]);
      const terms = readPlanGenerator(planGenerator, await this.plans.getPriced(tx, accountId, assignment.planId));
      const effectiveToTimeInMillis = endTimeInSeconds === undefined ? null : endTimeInSeconds * 1_000;
      for (const term of terms) await this.overrides.createIn(tx, accountId, { customerId, ...term, effectiveFromTimeInMillis: atInMillis, effectiveToTimeInMillis });
      return this.#view(tx, assignment, atInMillis);
    });
  }

  /** Of each of a customer's assignments, by their start; as it is now, or was at its end. */
  async history(accountId: string, customerId: string): Promise<CustomPlan[]> {
    const reader = this.database.reader();
    const { now } = await this.days.todayIn(reader, accountId);
    const plans: CustomPlan[] = [];
    for (const assignment of await this.pricing.history(accountId, customerId)) {
      const { startInMillis, endInMillis } = assignment;
      plans.push(await this.#view(reader, assignment, Math.max(startInMillis, Math.min(now, (endInMillis ?? Number.POSITIVE_INFINITY) - 1))));
    }
    return plans;
  }

  async #view(tx: Transaction, assignment: Assignment, atInMillis: number): Promise<CustomPlan> {
    const { isAgreed, ...plan } = await this.plans.getAgreed(tx, assignment, { startInMillis: atInMillis, endInMillis: atInMillis + 1 });
    return { assignment, plan, atInMillis, isCustom: isAgreed };
  }
}
