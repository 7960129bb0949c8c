import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { PlansService } from '../../catalog/plans.service.js';
import type { PricedPlan } from '../../catalog/priced-plan.js';
import { ProposedPrices, type ProposedPrice } from '../../catalog/proposed-prices.service.js';
import type { ChargesInput } from '../../charges/charges.service.js';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { Invoice } from '../invoice.entity.js';
import { SamePeriods } from '../same-periods.js';
import type { BilledSides } from './billed-what-ifs.js';
import { WhatIfRating } from './what-if-rating.js';

export interface WhatIf {
  /** Instead of the plan that each customer is on; null: that one. */
  readonly planId: string | null;
  readonly prices: readonly ProposedPrice[];
  /** Only customers on one of these; null: all. */
  readonly ofPlanIds: readonly string[] | null;
}

/** What a customer's running period comes to, as it is and as it would be. */
export interface ComparedPeriod {
  readonly invoice: Invoice;
  readonly present: RatedCharges | DomainError;
  readonly proposed: RatedCharges | DomainError;
  readonly billed: BilledSides;
}

/** Another plan or other prices, for all customers at once: what each one's running period comes to so far, on both sides by the same rule. Stores nothing. */
@Injectable()
export class WhatIfForAll {
  constructor(
    private readonly database: Database,
    private readonly periods: SamePeriods,
    private readonly plans: PlansService,
    private readonly proposals: ProposedPrices,
    private readonly rating: WhatIfRating,
  ) {}

  /**
   * In the order of the customers' ids.
   * @param after the last customer of the page before; empty: from the first
   * @throws DomainError `plan_not_found`, and as `ProposedPrices.propose`
   */
  async page(accountId: string, whatIf: WhatIf, after: string, limit: number): Promise<ComparedPeriod[]> {
    const reader = this.database.reader();
    // Also where there is nobody to compare, a plan that does not exist is refused.
    if (whatIf.planId !== null) await this.plans.getPriced(reader, accountId, whatIf.planId);
    const invoices = await this.#running(reader, accountId, whatIf, after, limit);
    const plans = await this.#proposed(reader, invoices, whatIf);
    const compared = new Map<string, Omit<ComparedPeriod, 'billed'>>();
    for (const { alike, period } of await this.periods.of(reader, invoices)) {
      const present = await this.#rate(reader, period, alike);
      for (const [plan, some] of Map.groupBy(alike, ({ id }) => plans.get(id)!)) {
        const other = await this.#rate(reader, { ...period, plan }, some);
        for (const invoice of some) compared.set(invoice.id, { invoice, present: present.get(invoice.customerId)!, proposed: other.get(invoice.customerId)! });
      }
    }
    const inOrder = invoices.map(({ id }) => compared.get(id)!);
    const billed = await this.rating.bill(reader, accountId, inOrder.map(({ invoice, present, proposed }) => ({ period: invoice, running: invoice, present, proposed })));
    return inOrder.map((one, index) => ({ ...one, billed: billed[index]! }));
  }

  /** By invoice the plan it would be rated by, with what is agreed with its customer about that plan. */
  async #proposed(reader: Transaction, invoices: readonly Invoice[], { planId, prices }: WhatIf): Promise<Map<string, PricedPlan>> {
    const plans = new Map<string, PricedPlan>();
    // Most customers share one, whenever their periods begin.
    const proposedOf = new Map<PricedPlan, PricedPlan>();
    for (const { alike, period } of await this.periods.of(reader, planId === null ? invoices : invoices.map((invoice) => ({ ...invoice, planId })))) {
      const plan = proposedOf.get(period.plan) ?? (await this.proposals.propose(reader, period.plan, prices));
      proposedOf.set(period.plan, plan);
      for (const { id } of alike) plans.set(id, plan);
    }
    return plans;
  }

  #rate(reader: Transaction, period: Omit<ChargesInput, 'watermark'>, invoices: readonly Invoice[]): Promise<Map<string, RatedCharges | DomainError>> {
    return this.rating.rateMany(reader, period, invoices.map(({ customerId }) => customerId));
  }

  /** Of each customer the latest one whose lines can still change. */
  #running(reader: Transaction, accountId: string, { ofPlanIds }: WhatIf, after: string, limit: number): Promise<Invoice[]> {
    return new EntityRows(reader, Invoice).find(
      `id in (
         select distinct on (customer_id) id from invoice
         where account_id = $1 and kind = 'cycle' and price_status <> 'price_locked' and plan_id is not null and customer_id > $2 and ($3::text[] is null or plan_id = any($3))
         order by customer_id, period_start_in_millis desc, id desc limit $4
       ) order by customer_id`,
      [accountId, after, ofPlanIds, limit],
    );
  }
}
