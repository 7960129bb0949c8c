import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { CUSTOMER_FIELD, UsageStore, type Aggregation, type UsageAggregate, type UsageFilter, type UsageQuery } from '@tollkeeper/usage-store';
import { AccountsService } from '../accounts/accounts.service.js';
import { AccountClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { Meter } from './meter.entity.js';
import { parseAggregation } from './meter-definition.js';
import { MetersService } from './meters.service.js';
import { UsageRetention } from './retention/usage-retention.js';
import { keptBoundaries } from './retention/kept-boundaries.js';
import { intervalBoundaries, type TimeGroupingInterval } from './usage-intervals.js';
import { seriesOf, type UsageSeries } from './usage-report.js';

/** About the six megabytes that clients of usage reports are known to take. */
const MAXIMUM_VALUES = 60_000;

/** Their total over a range cannot be told from the values of its intervals. */
const OWN_TOTAL: ReadonlySet<Aggregation> = new Set<Aggregation>(['unique', 'average']);

export interface UsageRequest {
  readonly meterApiName: string;
  /** In any case; absent: the meter's own. */
  readonly aggregation?: string | null;
  readonly interval: TimeGroupingInterval;
  readonly fromInMillis: number;
  /** Absent: the account's time. */
  readonly toInMillis?: number | null;
  readonly groupBy?: readonly string[];
  readonly filters?: readonly UsageFilter[];
  /** The groups with the largest, or smallest, totals. */
  readonly take?: { readonly limit: number; readonly isAscending: boolean } | null;
}

export interface UsageReport {
  readonly meter: Meter;
  readonly groupBy: readonly string[];
  readonly intervalStartsInMillis: readonly number[];
  readonly series: readonly UsageSeries[];
}

@Injectable()
export class UsageService {
  constructor(
    private readonly database: Database,
    private readonly meters: MetersService,
    private readonly store: UsageStore,
    private readonly accounts: AccountsService,
    private readonly clock: AccountClock,
    private readonly retention: UsageRetention,
  ) {}

  /**
   * A gap-filled series for each group.
   * @throws DomainError `unknown_meter`, `unknown_field`, `unknown_aggregation`, `unique_dimension_missing`, `invalid_time_range`, `too_many_intervals`, `usage_too_large`
   */
  async report(accountId: string, request: UsageRequest): Promise<UsageReport> {
    const meter = await this.meters.findByApiName(this.database.reader(), accountId, request.meterApiName);
    if (!meter) throw invalid('unknown_meter', `No meter is called '${request.meterApiName}'.`, [{ field: 'meterApiName', code: 'unknown_meter', message: 'no such meter' }]);
    return this.reportOf(meter, request);
  }

  /** @throws DomainError as `report`, without `unknown_meter` */
  async reportOf(meter: Meter, request: Omit<UsageRequest, 'meterApiName'>): Promise<UsageReport> {
    const groupBy = request.groupBy ?? [];
    const filters = request.filters ?? [];
    assertFields(meter, [...groupBy.map((field) => ['groupBy', field] as const), ...filters.map(({ field }) => ['filter', field] as const)]);
    const boundariesInMillis = await this.#boundaries(meter.accountId, request);
    const intervalStartsInMillis = boundariesInMillis.slice(0, -1);
    const query: UsageQuery = {
      accountId: meter.accountId,
      meterApiName: meter.meterApiName,
      ...countingOf(meter, request.aggregation),
      boundariesInMillis,
      groupBy,
      filters,
      heldUntilInMillis: await this.clock.now(meter.accountId),
    };
    const [rows, totals] = await this.#aggregate(query);
    const found = groupBy.length === 0 && rows.length === 0 ? [{ bucketStartInMillis: boundariesInMillis[0]!, group: [], value: '0' }] : rows;
    const series = taken(seriesOf(found, intervalStartsInMillis, query.aggregation, totals), request.take);
    if (series.length * intervalStartsInMillis.length > MAXIMUM_VALUES) {
      throw invalid('usage_too_large', `${series.length} groups in ${intervalStartsInMillis.length} intervals are more than the ${MAXIMUM_VALUES} values an answer may hold. Narrow the range, filter, or take fewer groups.`);
    }
    return { meter, groupBy, intervalStartsInMillis, series };
  }

  /** By interval, and over all of them where that is another question. */
  async #aggregate(query: UsageQuery): Promise<readonly [UsageAggregate[], UsageAggregate[]]> {
    const { keptFrom } = await this.retention.bounds(query.accountId);
    const { boundariesInMillis, startOf } = keptBoundaries(query.boundariesInMillis, keptFrom);
    if (boundariesInMillis.length < 2) return [[], []];
    const rows = await this.store.aggregate({ ...query, boundariesInMillis });
    const whole = [boundariesInMillis[0]!, boundariesInMillis.at(-1)!];
    const totals = OWN_TOTAL.has(query.aggregation) ? await this.store.aggregate({ ...query, boundariesInMillis: whole }) : [];
    return [rows.map((row) => ({ ...row, bucketStartInMillis: startOf(row.bucketStartInMillis) })), totals];
  }

  async #boundaries(accountId: string, { interval, fromInMillis, toInMillis }: Omit<UsageRequest, 'meterApiName'>): Promise<number[]> {
    const [account, now] = await Promise.all([this.accounts.get(accountId), toInMillis == null ? this.clock.now(accountId) : toInMillis]);
    const end = toInMillis ?? now;
    if (end <= fromInMillis) throw invalid('invalid_time_range', `The range ends at ${end / 1_000} s, not after its start ${fromInMillis / 1_000} s.`);
    return intervalBoundaries(interval, fromInMillis, end, account.timeZone);
  }
}

function countingOf(meter: Meter, wanted: string | null | undefined): { aggregation: Aggregation; uniqueDimension: string | null } {
  const aggregation = wanted ? parseAggregation(wanted) : meter.aggregation;
  if (aggregation === 'unique' && meter.aggregation !== 'unique') {
    throw invalid('unique_dimension_missing', `Meter '${meter.meterApiName}' does not count unique values, so it is not known what would be unique.`);
  }
  return { aggregation, uniqueDimension: meter.uniqueDimension ?? null };
}

function assertFields(meter: Meter, used: readonly (readonly [place: string, field: string])[]): void {
  const known = [...new Set([CUSTOMER_FIELD, ...meter.dimensions, ...meter.aggregationDimensions, ...(meter.uniqueDimension ? [meter.uniqueDimension] : [])])];
  const unknown = used.filter(([, field]) => !known.includes(field));
  if (unknown.length === 0) return;
  const names = unknown.map(([, field]) => `'${field.slice(0, 60)}'`).join(', ');
  throw invalid(
    'unknown_field',
    `Meter '${meter.meterApiName}' has no field ${names}; it has ${known.join(', ')}.`,
    unknown.map(([place, field]) => ({ field: place, code: 'unknown_field', message: `no field '${field.slice(0, 60)}'` })),
  );
}

function taken(series: readonly UsageSeries[], take: UsageRequest['take']): readonly UsageSeries[] {
  if (!take) return series;
  const direction = take.isAscending ? 1 : -1;
  return [...series].sort((a, b) => direction * a.total.compare(b.total)).slice(0, take.limit);
}
