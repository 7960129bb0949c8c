import { invalid, type DomainError } from '@tollkeeper/kernel';
import { AGGREGATIONS, type Aggregation } from '@tollkeeper/usage-store';
import { LOCKING_STATUSES, type LockingStatus } from './locking-status.js';

/** The reference's names for ways of counting, beside our own aggregations, which are taken as a meter type as well. */
const AGGREGATION_OF_METER_TYPE: Readonly<Record<string, Aggregation>> = {
  sum_of_all_usage: 'sum',
  active_users: 'unique',
  event_duration: 'sum',
  ...Object.fromEntries(AGGREGATIONS.map((aggregation) => [aggregation, aggregation])),
};
const METER_TYPE_OF_AGGREGATION: Readonly<Partial<Record<Aggregation, string>>> = { sum: 'sum_of_all_usage', unique: 'active_users' };

/** Other clients' words. */
const SHORT_NAMES: Readonly<Record<string, Aggregation>> = { avg: 'average' };

/** A meter as a client describes it; empty text counts as absent, because some clients send all fields. */
export interface MeterInput {
  readonly meterApiName: string;
  readonly label: string;
  readonly description?: string | null;
  readonly meterType?: string | null;
  readonly aggregation?: string | null;
  readonly uniqueDimension?: string | null;
  readonly dimensions?: readonly string[] | null;
  readonly aggregationDimensions?: readonly string[] | null;
  readonly lockingStatus?: string | null;
  readonly useInBilling?: boolean | null;
  readonly enabled?: boolean | null;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** The same, checked and complete. */
export interface MeterDefinition {
  readonly meterApiName: string;
  readonly label: string;
  readonly description: string | null;
  readonly meterType: string;
  readonly aggregation: Aggregation;
  readonly uniqueDimension: string | null;
  readonly dimensions: string[];
  readonly aggregationDimensions: string[];
  readonly lockingStatus: LockingStatus;
  readonly useInBilling: boolean;
  readonly enabled: boolean;
  readonly attributes: Record<string, unknown>;
}

/**
 * Checks a description and fills in what it leaves out.
 * @throws DomainError `invalid_meter_type`, `meter_type_mismatch`, `unknown_aggregation`, `unique_dimension_missing`, `invalid_locking_status`
 */
export function defineMeter(input: MeterInput): MeterDefinition {
  const { meterType, aggregation } = countingOf(input);
  const aggregationDimensions = [...new Set(input.aggregationDimensions ?? [])];
  const uniqueDimension = aggregation === 'unique' ? uniqueDimensionOf(input, meterType, aggregationDimensions) : null;
  return {
    meterApiName: input.meterApiName,
    label: input.label,
    description: input.description || null,
    meterType,
    aggregation,
    uniqueDimension,
    dimensions: [...new Set(input.dimensions ?? [])],
    aggregationDimensions,
    lockingStatus: lockingStatusOf(input.lockingStatus),
    useInBilling: input.useInBilling ?? false,
    enabled: input.enabled ?? true,
    attributes: { ...input.attributes },
  };
}

/** Reads an aggregation in any case. @throws DomainError `unknown_aggregation` */
export function parseAggregation(input: string): Aggregation {
  const name = input.toLowerCase();
  const known = AGGREGATIONS.find((aggregation) => aggregation === (SHORT_NAMES[name] ?? name));
  if (known === undefined) {
    throw finding('aggregation', 'unknown_aggregation', `'${input.slice(0, 40)}' is not an aggregation; known are ${AGGREGATIONS.join(', ')}.`);
  }
  return known;
}

function countingOf(input: MeterInput): { meterType: string; aggregation: Aggregation } {
  const aggregation = input.aggregation ? parseAggregation(input.aggregation) : undefined;
  if (!input.meterType) {
    if (aggregation === undefined) throw invalidMeterType('');
    return { meterType: METER_TYPE_OF_AGGREGATION[aggregation] ?? aggregation, aggregation };
  }
  const meterType = input.meterType.toLowerCase();
  const implied = Object.hasOwn(AGGREGATION_OF_METER_TYPE, meterType) ? AGGREGATION_OF_METER_TYPE[meterType] : undefined;
  if (implied === undefined) throw invalidMeterType(input.meterType);
  if (aggregation !== undefined && aggregation !== implied) {
    throw finding('aggregation', 'meter_type_mismatch', `meterType '${meterType}' means aggregation '${implied}', but '${aggregation}' was sent. Send one of them, or make them agree.`);
  }
  return { meterType, aggregation: implied };
}

function uniqueDimensionOf(input: MeterInput, meterType: string, aggregationDimensions: readonly string[]): string | null {
  const dimension = input.uniqueDimension || aggregationDimensions[0];
  // The reference's active users without a dimension are the customers themselves.
  if (dimension === undefined && meterType !== 'active_users') {
    throw finding('uniqueDimension', 'unique_dimension_missing', 'A meter of unique values needs uniqueDimension, the dimension whose values it counts.');
  }
  return dimension ?? null;
}

function lockingStatusOf(input: string | null | undefined): LockingStatus {
  if (!input) return 'open';
  const known = LOCKING_STATUSES.find((status) => status === input.toLowerCase());
  if (known === undefined) {
    throw finding('lockingStatus', 'invalid_locking_status', `'${input.slice(0, 40)}' is not a locking status; known are ${LOCKING_STATUSES.join(', ')}.`);
  }
  return known;
}

function invalidMeterType(meterType: string): DomainError {
  const known = 'sum_of_all_usage, active_users, event_duration';
  return finding('meterType', 'invalid_meter_type', `Invalid meter type '${meterType.slice(0, 40)}': known are ${known}, or send aggregation: ${AGGREGATIONS.join(', ')}.`);
}

function finding(field: string, code: string, message: string): DomainError {
  return invalid(code, message, [{ field, code, message }]);
}
