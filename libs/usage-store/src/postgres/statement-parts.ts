import { CUSTOMER_FIELD, type UsageFilter } from '../usage-query.js';
import type { TimeRange } from './day-cover.js';

export type AddParameter = (value: unknown, type: string) => string;

/** Every name and value of a query is a parameter; the same one twice is one. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly #known = new Map<string, string>();

  readonly add: AddParameter = (value, type) => {
    const key = JSON.stringify([value, type]);
    const name = this.#known.get(key) ?? `$${this.values.push(value)}::${type}`;
    this.#known.set(key, name);
    return name;
  };
}

export function ofMeter({ accountId, meterApiName }: { accountId: string; meterApiName: string }, parameter: AddParameter): string[] {
  return [`account_id = ${parameter(accountId, 'text')}`, `meter_api_name = ${parameter(meterApiName, 'text')}`];
}

export function inRange(time: string, { fromInMillis, toInMillis }: TimeRange, parameter: AddParameter): string[] {
  return [`${time} >= ${parameter(fromInMillis, 'bigint')}`, `${time} < ${parameter(toInMillis, 'bigint')}`];
}

export function filtersOf({ filters = [] }: { filters?: readonly UsageFilter[] | undefined }, parameter: AddParameter): string[] {
  return filters.map((filter) => `${fieldOf(filter.field, parameter)} = any(${parameter([...filter.values], 'text[]')})`);
}

export function fieldOf(name: string, parameter: AddParameter): string {
  return name === CUSTOMER_FIELD ? 'customer_id' : `coalesce(dimensions ->> ${parameter(name, 'text')}, '')`;
}

/** @throws RangeError */
export function assertBoundaries(boundaries: readonly number[]): void {
  const rising = boundaries.every((boundary, index) => index === 0 || boundary > boundaries[index - 1]!);
  if (boundaries.length < 2 || !rising) throw new RangeError('A usage query needs at least two boundaries, each later than the one before.');
}
