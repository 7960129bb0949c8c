import type pg from 'pg';
import type { TimeRange } from './day-cover.js';

/** As in the migration: months of these years have partitions of their own. */
const FIRST_YEAR = 2020;
const YEARS = 20;
const MONTHS = 12;

/** A check violation, of no check that has a name. */
const NO_PARTITION = '23514';

/** Whether a row was to be stored whose month has no partition. */
export function lacksPartition(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === NO_PARTITION && constraint === undefined;
}

const STARTS = Array.from({ length: YEARS * MONTHS + 1 }, (_, month) => Date.UTC(FIRST_YEAR, month, 1));

/** Makes a month's partition before its first event comes. Attaching one waits for no writer. */
export class UsagePartitions {
  readonly #pool: pg.Pool;
  readonly #known = new Set<number>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Does the work once the months of these times have partitions; again when one of them was dropped as empty meanwhile. */
  async with<T>(timesInMillis: Iterable<number>, work: () => Promise<T>): Promise<T> {
    await this.#ensure(timesInMillis);
    try {
      return await work();
    } catch (error) {
      if (!lacksPartition(error)) throw error;
      this.#known.clear();
      await this.#ensure(timesInMillis);
      return work();
    }
  }

  async #ensure(timesInMillis: Iterable<number>): Promise<void> {
    for (const month of this.#missing(timesInMillis)) {
      await this.#pool.query('select usage_ensure_partition($1::timestamptz)', [new Date(STARTS[month]!).toISOString()]);
      this.#known.add(month);
    }
  }

  #missing(timesInMillis: Iterable<number>): number[] {
    const missing = new Set<number>();
    // Events of one request are nearly always of the same month.
    let from = 0;
    let to = 0;
    for (const time of timesInMillis) {
      if (time >= from && time < to) continue;
      const month = monthOf(time);
      from = STARTS[month] ?? 0;
      to = STARTS[month + 1] ?? 0;
      if (to !== 0 && from !== 0 && !this.#known.has(month)) missing.add(month);
    }
    return [...missing];
  }
}

/** The months that have partitions of their own, as far as they touch the range, and what lies before and after them. */
export function* monthsOf({ fromInMillis, toInMillis }: TimeRange): Generator<TimeRange> {
  const bounds = [Number.NEGATIVE_INFINITY, ...STARTS, Number.POSITIVE_INFINITY];
  for (const [index, start] of bounds.slice(0, -1).entries()) {
    const end = bounds[index + 1]!;
    if (end > fromInMillis && start < toInMillis) yield { fromInMillis: start, toInMillis: end };
  }
}

/** Its position in STARTS; outside of the years one that has no start or no end. */
function monthOf(time: number): number {
  const date = new Date(time);
  const month = (date.getUTCFullYear() - FIRST_YEAR) * MONTHS + date.getUTCMonth();
  return month < 0 || month >= YEARS * MONTHS ? -1 : month;
}
