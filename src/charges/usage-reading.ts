import { Decimal } from '@tollkeeper/kernel';
import { isLevel, type UsageNeed, type UsageSpan } from '@tollkeeper/rating';
import { CUSTOMER_FIELD, type EventsChange, type UsageAggregate, type UsageQuery, type UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';

/** Whose usage, and up to where it counts. */
export interface UsageScope {
  readonly accountId: string;
  readonly customerIds: readonly string[];
  readonly watermark: UsageWatermark | null;
  readonly asIf: EventsChange | null;
  /** In the middle of a period what holds now has been used up to now, not to the period's end. */
  readonly heldUntilInMillis: number;
  /** Instants that the period will be asked up to, so that one query is enough for all of them. Default: its end alone. */
  readonly stepsInMillis?: readonly number[];
}

/** For each segment of the period what a customer used in it, by the combinations of dimensions that were used in the period. */
export type UsageBySegment = (customerId: string) => UsageSpan[][];

type Reading = Pick<UsageQuery, 'meterApiName' | 'aggregation' | 'uniqueDimension' | 'filters' | 'boundariesInMillis'> & { readonly groupBy: readonly string[] };

/** A period, in segments, and up to where usage of it counts. */
interface Stretch {
  readonly cutsInMillis: readonly number[];
  readonly untilInMillis: number;
}

/** By customer and combination a quantity for each segment. */
type Quantities = Map<string, Map<string, { readonly values: readonly string[]; readonly bySegment: Decimal[] }>>;

/**
 * Reads what prices need of customers' usage, each reading once however many prices share it. Where a price changed within the period, usage is split at
 * that instant: what adds up is counted where its events lie; of what is counted once, each value counts where it was first seen; a level, such as a maximum,
 * is the period's one level in every segment.
 */
export class UsageReading {
  readonly #answers = new Map<string, Promise<UsageAggregate[]>>();

  constructor(
    private readonly usage: UsageStore,
    private readonly scope: UsageScope,
  ) {}

  /**
   * @param cutsInMillis the period's start, the instants it is split at, its end
   * @param untilInMillis within the period: usage up to there, and none after it
   */
  async bySegment(meterApiName: string, need: UsageNeed, cutsInMillis: readonly number[], untilInMillis = cutsInMillis.at(-1)!): Promise<UsageBySegment> {
    const counting = { ...readingOf(meterApiName, need), aggregation: 'count' as const, uniqueDimension: null };
    const [quantities, events] = await Promise.all([this.#quantities(meterApiName, need, { cutsInMillis, untilInMillis }), need.countsEvents ? this.#added(counting, { cutsInMillis, untilInMillis }) : null]);
    const nothing = new Map(need.groupBy.length === 0 ? [['[]', { values: [], bySegment: cutsInMillis.slice(1).map(() => Decimal.ZERO) }]] : []);
    return (customerId) => {
      const combinations = [...(quantities.get(customerId) ?? nothing)];
      return cutsInMillis.slice(1).map((_, segment) =>
        combinations.map(([key, { values, bySegment }]) => ({
          values,
          ...(isLevel(need.aggregation) ? levelOf(bySegment[0]!) : stretchOf(bySegment, segment)),
          ...(events ? { events: events.get(customerId)?.get(key)?.bySegment[segment] ?? Decimal.ZERO } : {}),
        })),
      );
    };
  }

  #quantities(meterApiName: string, need: UsageNeed, stretch: Stretch): Promise<Quantities> {
    const reading = readingOf(meterApiName, need);
    if (need.aggregation === 'unique') return this.#firstSeen(reading, stretch);
    return isLevel(need.aggregation) ? this.#level(reading, stretch) : this.#added(reading, stretch);
  }

  /** One query for all steps: buckets between cuts and steps, added up to the segments they lie in. */
  async #added(reading: Omit<Reading, 'boundariesInMillis'>, { cutsInMillis, untilInMillis }: Stretch): Promise<Quantities> {
    const [start, end] = [cutsInMillis[0]!, cutsInMillis.at(-1)!];
    const steps = (this.scope.stepsInMillis ?? []).filter((step) => step > start && step < end);
    const boundariesInMillis = [...new Set([...cutsInMillis, ...steps])].sort((one, other) => one - other);
    const quantities: Quantities = new Map();
    for (const { bucketStartInMillis, group, value } of await this.#ask({ ...reading, boundariesInMillis })) {
      if (bucketStartInMillis >= untilInMillis) continue;
      const [customerId, ...values] = group;
      const segment = cutsInMillis.findLastIndex((cut) => cut <= bucketStartInMillis);
      const entry = entryOf(quantities, customerId!, values, cutsInMillis.length - 1);
      entry[segment] = entry[segment]!.plus(Decimal.parse(value));
    }
    return quantities;
  }

  /** The period's one, up to there: it cannot be told from those of shorter stretches. */
  async #level(reading: Omit<Reading, 'boundariesInMillis'>, { cutsInMillis, untilInMillis }: Stretch): Promise<Quantities> {
    const quantities: Quantities = new Map();
    for (const { group, value } of await this.#ask({ ...reading, boundariesInMillis: [cutsInMillis[0]!, untilInMillis] })) {
      const [customerId, ...values] = group;
      entryOf(quantities, customerId!, values, cutsInMillis.length - 1)[0] = Decimal.parse(value);
    }
    return quantities;
  }

  /** How many values were seen up to each instant, and so how many of them were new since the one before. */
  async #firstSeen(reading: Omit<Reading, 'boundariesInMillis'>, { cutsInMillis, untilInMillis }: Stretch): Promise<Quantities> {
    const start = cutsInMillis[0]!;
    const ends = cutsInMillis.slice(1).map((end) => Math.min(end, untilInMillis));
    const upTo = await Promise.all(ends.map((end) => this.#level(reading, { cutsInMillis: [start, end], untilInMillis: end })));
    const quantities: Quantities = new Map();
    for (const [segment, seen] of upTo.entries()) {
      for (const [customerId, combinations] of seen) {
        for (const [key, { values, bySegment }] of combinations) {
          const before = upTo[segment - 1]?.get(customerId)?.get(key)?.bySegment[0] ?? Decimal.ZERO;
          entryOf(quantities, customerId, values, ends.length)[segment] = bySegment[0]!.minus(before);
        }
      }
    }
    return quantities;
  }

  #ask(reading: Reading): Promise<UsageAggregate[]> {
    const key = JSON.stringify(reading);
    const known = this.#answers.get(key);
    if (known) return known;
    const { accountId, customerIds, watermark, asIf, heldUntilInMillis } = this.scope;
    const filters = [{ field: CUSTOMER_FIELD, values: customerIds }, ...(reading.filters ?? [])];
    const answer = this.usage.aggregate({ ...reading, groupBy: [CUSTOMER_FIELD, ...reading.groupBy], accountId, watermark, asIf, heldUntilInMillis, filters });
    this.#answers.set(key, answer);
    return answer;
  }
}

function readingOf(meterApiName: string, { aggregation, uniqueDimension, groupBy, filters }: UsageNeed): Omit<Reading, 'boundariesInMillis'> {
  return { meterApiName, aggregation, uniqueDimension, groupBy, filters: filters.map(({ dimension, values }) => ({ field: dimension, values })) };
}

function entryOf(quantities: Quantities, customerId: string, values: readonly string[], segments: number): Decimal[] {
  const combinations = quantities.get(customerId) ?? new Map<string, { values: readonly string[]; bySegment: Decimal[] }>();
  const key = JSON.stringify(values);
  const entry = combinations.get(key) ?? { values, bySegment: Array.from({ length: segments }, () => Decimal.ZERO) };
  quantities.set(customerId, combinations.set(key, entry));
  return entry.bySegment;
}

function levelOf(level: Decimal): Omit<UsageSpan, 'values'> {
  return { before: Decimal.ZERO, within: level, total: level };
}

function stretchOf(bySegment: readonly Decimal[], segment: number): Omit<UsageSpan, 'values'> {
  const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((total, part) => total.plus(part), Decimal.ZERO);
  return { before: sum(bySegment.slice(0, segment)), within: bySegment[segment]!, total: sum(bySegment) };
}
