import type pg from 'pg';
import { CUSTOMER_FIELD, type UsageQuery } from '../usage-query.js';
import { coverByDays, daysOf, type DayCover } from './day-cover.js';
import { coverByMonths, type MonthCover } from './month-cover.js';
import { ZONE_RULES } from './postgres-rollups.js';

/** Quarters of an hour with removed events that the rollups still hold; with more of them in between, the events themselves are read. */
const MOST_AMENDED = 5_000;

/** How a query is answered from rollups, beside the events that they do not hold. */
export interface RollupPlan extends DayCover, MonthCover {
  readonly days: NonNullable<DayCover['days']>;
  /** Of each customer whatever the dimensions, or of all customers by dimensions. */
  readonly grain: 'customer' | 'dimensions';
  /** How far they reached when this was planned; never less since. */
  readonly foldedTo: string;
}

/** @returns null where the rollups cannot answer the query, which is then read event by event */
export async function planRollups(pool: pg.Pool, query: UsageQuery): Promise<RollupPlan | null> {
  const fields = fieldsOf(query);
  const usesCustomers = fields.includes(CUSTOMER_FIELD);
  const dimensions = fields.filter((field) => field !== CUSTOMER_FIELD);
  if (usesCustomers && dimensions.length > 0) return null;
  const { rows } = await pool.query<{ dimensions: string[]; time_zone: string; zone_rules: string; folded_to: string; next: string; amended: string[] }>(
    `select meter.dimensions, meter.time_zone, meter.zone_rules, state.folded_to::text, pg_snapshot_xmax(pg_current_snapshot())::text as next,
            array(select distinct event_time / 900000 * 900000 from usage_event_removed where account_id = $1 and meter_api_name = $2 and removed_at >= state.folded_to limit ${MOST_AMENDED + 1})::text[] as amended
     from usage_rollup_meter as meter, usage_rollup_state as state where meter.account_id = $1 and meter.meter_api_name = $2 and meter.ready`,
    [query.accountId, query.meterApiName],
  );
  const [definition] = rows;
  if (!definition || (definition.zone_rules !== '' && definition.zone_rules !== ZONE_RULES)) return null;
  // Restored from another cluster: the position says nothing here.
  if (BigInt(definition.folded_to) > BigInt(definition.next)) return null;
  if (query.watermark != null && BigInt(definition.folded_to) > BigInt(query.watermark)) return null;
  if (!dimensions.every((name) => definition.dimensions.includes(name))) return null;
  if (definition.amended.length > MOST_AMENDED) return null;
  const cover = coverByDays(query.boundariesInMillis, definition.time_zone, daysOf(definition.amended, definition.time_zone));
  if (!cover?.days) return null;
  // The first instant of a month that is cut is no cut within it.
  const inMonths = coverByMonths(cover.days, [...query.boundariesInMillis, ...cover.cutDays.map((start) => start + 1)], definition.time_zone);
  return { ...cover, days: cover.days, ...inMonths, grain: usesCustomers ? 'customer' : 'dimensions', foldedTo: definition.folded_to };
}

function fieldsOf({ groupBy = [], filters = [], aggregation, uniqueDimension }: UsageQuery): string[] {
  return [...groupBy, ...filters.map(({ field }) => field), ...(aggregation === 'unique' ? [uniqueDimension ?? CUSTOMER_FIELD] : [])];
}
