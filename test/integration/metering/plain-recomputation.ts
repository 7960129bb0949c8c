import { Decimal, Fraction } from '@tollkeeper/kernel';
import type { Aggregation, UsageEvent, UsageQuery } from '@tollkeeper/usage-store';

interface Row {
  readonly bucketStartInMillis: number;
  readonly group: string[];
  readonly value: string;
}

/** The definition of every aggregation, over plain arrays. */
export function recomputed(events: readonly UsageEvent[], query: UsageQuery): Row[] {
  const { aggregation, uniqueDimension, boundariesInMillis, groupBy = [], filters = [] } = query;
  if (aggregation === 'time_weighted') return timeWeighted(events, query);
  const rows: Row[] = [];
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
      throw new Error('What a value came to depends on the events before and after it.');
    case 'latest':
      return events.reduce((latest, event) => (event.eventTimeInMillis >= latest.eventTimeInMillis ? event : latest)).meterValue;
  }
}

/** Each value from its event until the next one of the same customer and dimensions, by the hour; of two at the same time the later one holds. */
function timeWeighted(events: readonly UsageEvent[], { boundariesInMillis, groupBy = [], filters = [] }: UsageQuery): Row[] {
  const end = boundariesInMillis.at(-1)!;
  const levels = new Map<string, UsageEvent[]>();
  for (const event of events) {
    if (event.eventTimeInMillis >= end || !filters.every(({ field, values }) => values.includes(fieldOf(event, field)))) continue;
    const key = JSON.stringify([event.customerId, Object.entries(event.dimensions).sort()]);
    levels.set(key, [...(levels.get(key) ?? []), event]);
  }
  const shares = boundariesInMillis.slice(0, -1).map(() => new Map<string, Fraction>());
  for (const level of levels.values()) {
    level.sort((one, other) => one.eventTimeInMillis - other.eventTimeInMillis);
    for (const [index, event] of level.entries()) {
      const group = JSON.stringify(groupBy.map((field) => fieldOf(event, field)));
      for (const [bucket, ofBucket] of shares.entries()) {
        const from = Math.max(event.eventTimeInMillis, boundariesInMillis[bucket]!);
        const to = Math.min(level[index + 1]?.eventTimeInMillis ?? end, boundariesInMillis[bucket + 1]!);
        if (from >= to) continue;
        const share = Decimal.parse(event.meterValue).toFraction().times(Fraction.of(BigInt(to - from))).dividedBy(Fraction.of(3_600_000n));
        ofBucket.set(group, (ofBucket.get(group) ?? Fraction.of(0n)).plus(share));
      }
    }
  }
  return shares.flatMap((ofBucket, bucket) =>
    [...ofBucket.keys()].sort().map((group) => ({ bucketStartInMillis: boundariesInMillis[bucket]!, group: JSON.parse(group) as string[], value: Decimal.fromFraction(ofBucket.get(group)!, 'half_up').toString() })),
  );
}

function fieldOf(event: UsageEvent, field: string): string {
  return field === 'customerId' ? event.customerId : (event.dimensions[field] ?? '');
}
