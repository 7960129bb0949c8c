import { Decimal } from '@tollkeeper/kernel';
import { isLevel, type UsageNeed, type UsageSpan } from '@tollkeeper/rating';
import { CUSTOMER_FIELD, type UsageAggregate, type UsageQuery, type UsageStore, type UsageWatermark } from '@tollkeeper/usage-store';

/** Whose usage, and up to where it counts. */
export interface UsageScope {
  readonly accountId: string;
  readonly customerIds: readonly string[];
  readonly watermark: UsageWatermark | null;
  /** In the middle of a period what holds now has been used up to now, not to the period's end. */
  readonly heldUntilInMillis: number;
}

/** For each segment of the period what a customer used in it, by the combinations of dimensions that were used in the period. */
export type UsageBySegment = (customerId: string) => UsageSpan[][];

type Reading = Pick<UsageQuery, 'meterApiName' | 'aggregation' | 'uniqueDimension' | 'filters' | 'boundariesInMillis'> & { readonly groupBy: readonly string[] };

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

  /** @param cutsInMillis the period's start, the instants it is split at, its end */
  async bySegment(meterApiName: string, need: UsageNeed, cutsInMillis: readonly number[]): Promise<UsageBySegment> {
    const counting = { ...readingOf(meterApiName, need), aggregation: 'count' as const, uniqueDimension: null, boundariesInMillis: cutsInMillis };
    const [quantities, events] = await Promise.all([this.#quantities(meterApiName, need, cutsInMillis), need.countsEvents ? this.#added(counting) : null]);
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

  #quantities(meterApiName: string, need: UsageNeed, cuts: readonly number[]): Promise<Quantities> {
    const reading = readingOf(meterApiName, need);
    if (isLevel(need.aggregation)) return this.#added({ ...reading, boundariesInMillis: [cuts[0]!, cuts.at(-1)!] });
    return need.aggregation === 'unique' ? this.#firstSeen(reading, cuts) : this.#added({ ...reading, boundariesInMillis: cuts });
  }

  /** One query, a quantity for each bucket. */
  async #added(reading: Reading): Promise<Quantities> {
    const { boundariesInMillis } = reading;
    const quantities: Quantities = new Map();
    for (const { bucketStartInMillis, group, value } of await this.#ask(reading)) {
      const [customerId, ...values] = group;
      entryOf(quantities, customerId!, values, boundariesInMillis.length - 1)[boundariesInMillis.indexOf(bucketStartInMillis)] = Decimal.parse(value);
    }
    return quantities;
  }

  /** How many values were seen up to each instant, and so how many of them were new since the one before. */
  async #firstSeen(reading: Omit<Reading, 'boundariesInMillis'>, cuts: readonly number[]): Promise<Quantities> {
    const upTo = await Promise.all(cuts.slice(1).map((end) => this.#added({ ...reading, boundariesInMillis: [cuts[0]!, end] })));
    const quantities: Quantities = new Map();
    for (const [segment, seen] of upTo.entries()) {
      for (const [customerId, combinations] of seen) {
        for (const [key, { values, bySegment }] of combinations) {
          const before = upTo[segment - 1]?.get(customerId)?.get(key)?.bySegment[0] ?? Decimal.ZERO;
          entryOf(quantities, customerId, values, cuts.length - 1)[segment] = bySegment[0]!.minus(before);
        }
      }
    }
    return quantities;
  }

  #ask(reading: Reading): Promise<UsageAggregate[]> {
    const key = JSON.stringify(reading);
    const known = this.#answers.get(key);
    if (known) return known;
    const { accountId, customerIds, watermark, heldUntilInMillis } = this.scope;
    const filters = [{ field: CUSTOMER_FIELD, values: customerIds }, ...(reading.filters ?? [])];
    const answer = this.usage.aggregate({ ...reading, groupBy: [CUSTOMER_FIELD, ...reading.groupBy], accountId, watermark, heldUntilInMillis, filters });
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
