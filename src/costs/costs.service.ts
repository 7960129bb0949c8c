import { Injectable } from '@nestjs/common';
import { Fraction, invalid } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { ProductItem } from '../catalog/product-item.entity.js';
import type { UnitCost } from '../metering/unit-costs/unit-cost.entity.js';
import { UnitCosts } from '../metering/unit-costs/unit-costs.service.js';
import { intervalBoundaries, type TimeGroupingInterval } from '../metering/usage-intervals.js';
import { AccountClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { COST_FIELDS, CostGroups, fieldOf, type CostField, type CostGroup } from './cost-groups.js';
import { CostSteps, type CostProblem, type CostStep } from './cost-steps.js';

/** Intervals beyond it are rated for longer than anybody waits. */
const MOST_INTERVALS = 1_000;

export interface CostsRequest {
  readonly interval: TimeGroupingInterval;
  readonly fromInMillis: number;
  /** Null: the account's time. */
  readonly toInMillis: number | null;
  readonly groupBy: readonly string[];
  readonly filters: readonly { readonly field: string; readonly values: readonly string[] }[];
}

export interface CostsReport {
  /** Of the intervals, each of which ends where the next one begins; the last one is the end. */
  readonly boundariesInMillis: readonly number[];
  readonly groups: readonly CostGroup[];
  /** Customers whose usage cannot be rated and is in no group. */
  readonly problems: readonly CostProblem[];
}

/** What usage was charged with, by interval, and what it cost the seller. */
@Injectable()
export class CostsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly clock: AccountClock,
    private readonly steps: CostSteps,
    private readonly unitCosts: UnitCosts,
  ) {}

  /** @throws DomainError `unknown_field`, `invalid_time_range`, `too_many_intervals`, `too_many_values` */
  async report(accountId: string, { interval, fromInMillis, toInMillis, groupBy, filters }: CostsRequest): Promise<CostsReport> {
    const fields = [...groupBy.map((field) => knownField(field, 'groupBy')), ...filters.map(({ field }) => knownField(field, 'filters'))].slice(0, groupBy.length);
    const { timeZone } = await this.accounts.get(accountId);
    const nowInMillis = await this.clock.now(accountId);
    if ((toInMillis ?? nowInMillis) <= fromInMillis) throw invalid('invalid_time_range', 'The range ends before it begins. Its end is not part of it.');
    const boundariesInMillis = intervalBoundaries(interval, fromInMillis, toInMillis ?? nowInMillis, timeZone);
    if (boundariesInMillis.length - 1 > MOST_INTERVALS) throw invalid('too_many_intervals', `The range holds more than ${MOST_INTERVALS} intervals of one ${interval}. Ask for a shorter range or longer intervals.`);
    const reader = this.database.reader();
    const names = new Map((await reader.find(ProductItem, { accountId }, { disableIdentityMap: true })).map(({ id, productItemName }) => [id, productItemName]));
    const costs = await this.unitCosts.byMeter(reader, accountId);
    const groups = new CostGroups(boundariesInMillis, fields, names);
    const problems: CostProblem[] = [];
    const customerIds = filters.find(({ field }) => field === 'customerId')?.values ?? null;
    const instantsInMillis = withChanges(boundariesInMillis, [...costs.values()].flat());
    for await (const batch of this.steps.walk({ accountId, instantsInMillis, nowInMillis, customerIds })) {
      problems.push(...batch.problems);
      for (const step of batch.steps) if (matches(step, filters, names)) groups.add(step, { cost: costOf(step, costs.get(step.meterApiName) ?? []) });
    }
    return { boundariesInMillis, groups: groups.all(), problems };
  }
}

function knownField(field: string, where: string): CostField {
  const known = COST_FIELDS.find((name) => name === field);
  if (!known) throw invalid('unknown_field', `Invalid request: ${where} names '${field.slice(0, 60)}', which is none of ${COST_FIELDS.join(', ')}.`, [{ field: where, code: 'unknown_field', message: `must be of ${COST_FIELDS.join(', ')}` }]);
  return known;
}

function matches(step: CostStep, filters: CostsRequest['filters'], names: ReadonlyMap<string, string>): boolean {
  return filters.every(({ field, values }) => values.includes(fieldOf(step, field as CostField, names)));
}

/** Steps lie within one interval, and units of one cost the same. */
function withChanges(boundariesInMillis: readonly number[], costs: readonly UnitCost[]): number[] {
  const [first, last] = [boundariesInMillis[0]!, boundariesInMillis.at(-1)!];
  const changes = costs.map(({ effectiveFromInMillis }) => effectiveFromInMillis).filter((instant) => instant > first && instant < last);
  return [...new Set([...boundariesInMillis, ...changes])].sort((one, other) => one - other);
}

/** Null where nobody has said what a unit costs, or in another currency than it is sold in. */
function costOf({ fromInMillis, currency, units }: CostStep, costs: readonly UnitCost[]): Fraction | null {
  const unitCost = costs.findLast(({ effectiveFromInMillis }) => effectiveFromInMillis <= fromInMillis);
  return unitCost?.currency === currency ? unitCost.amount.toFraction().times(units.toFraction()) : null;
}
