import { Decimal, Fraction } from '@tollkeeper/kernel';
import type { Aggregation, UsageEvent, UsageQuery } from '@tollkeeper/usage-store';

/** The definition of every aggregation, over plain arrays. */
export function recomputed(events: readonly UsageEvent[], { aggregation, uniqueDimension, boundariesInMillis, groupBy = [], filters = [] }: UsageQuery): unknown[] {
  const rows: { bucketStartInMillis: number; group: string[]; value: string }[] = [];
  for (const [index, start] of boundariesInMillis.slice(0, -1).entries()) {
    const inside = events.filter(
      (event) => event.eventTimeInMillis >= start && event.eventTimeInMillis < boundariesInMillis[index + 1]! && filters.every(({ field, values }) => values.includes(fieldOf(event, field))),
    );
    const groups = new Map<string, UsageEvent[]>();
    for (const event of inside) {
      const key = JSON.stringify(groupBy.map((field) => fieldOf(event, field)));
      groups.set(key, [...(groups.get(key) ?? []), event]);
    }
    for (const key of [...groups.keys()].sort()) rows.push({ bucketStartInMillis: start, group: JSON.parse(key) as string[], value: valueOf(aggregation, uniqueDimension ?? null, groups.get(key)!) });
  }
  return rows;
}

function valueOf(aggregation: Aggregation, uniqueDimension: string | null, events: readonly UsageEvent[]): string {
  const values = events.map((event) => Decimal.parse(event.meterValue));
  const [first = Decimal.ZERO, ...others] = values;
  switch (aggregation) {
    case 'sum':
      return others.reduce((sum, value) => sum.plus(value), first).toString();
    case 'count':
      return String(events.length);
    case 'min':
      return Decimal.min(first, ...others).toString();
    case 'max':
      return Decimal.max(first, ...others).toString();
    case 'unique':
      return String(new Set(events.map((event) => (uniqueDimension === null ? event.customerId : event.dimensions[uniqueDimension])).filter((counted) => counted !== undefined)).size);
    case 'average':
      return Decimal.fromFraction(Fraction.sum(values.map((value) => value.toFraction())).dividedBy(Fraction.of(BigInt(events.length))), 'half_up').toString();
    case 'time_weighted':
      throw new Error('Time-weighted usage depends on what was before the range; it has a recomputation of its own.');
    case 'latest':
      return events.reduce((latest, event) => (event.eventTimeInMillis >= latest.eventTimeInMillis ? event : latest)).meterValue;
  }
}

function fieldOf(event: UsageEvent, field: string): string {
  return field === 'customerId' ? event.customerId : (event.dimensions[field] ?? '');
}
