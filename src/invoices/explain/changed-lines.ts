export interface ComparedLine {
  readonly kind: string;
  readonly description: string;
  readonly productItemId: string | null;
  readonly priceId: string | null;
  readonly priceVersion: number | null;
  readonly meterApiName: string | null;
  /** Of the part of the period that it is for. */
  readonly partStartInMillis: number | null;
  readonly quantity: string;
  readonly exactAmount: string;
  readonly amount: bigint;
}

/** What came after the lock, and what was taken back after it. */
export interface UsageChange {
  readonly lateEventCount: bigint;
  readonly removedEventCount: bigint;
}

/**
 * - `late_events`: they came after the lock, for its period
 * - `removed_events`: cancelled or replaced after the lock
 * - `pricing`: the same events come to something else now: the price, its plan, or what the meter counts was changed
 * - `other_lines`: it is made of other lines of the invoice, as a minimum is, and these have changed
 */
export type DifferenceCause = { readonly cause: 'late_events' | 'removed_events'; readonly eventCount: bigint } | { readonly cause: 'pricing' | 'other_lines'; readonly eventCount: null };

export interface ChangedLine {
  readonly locked: ComparedLine | null;
  /** Computed now with the events of the lock. */
  readonly asOfLock: ComparedLine | null;
  readonly present: ComparedLine | null;
  readonly difference: bigint;
  readonly causes: readonly DifferenceCause[];
}

type Side = 'locked' | 'asOfLock' | 'present';

/** Lines that are not what they were, in the order of the invoice. */
export function changedLines(sides: Readonly<Record<Side, readonly ComparedLine[]>>, changes: ReadonlyMap<string, UsageChange>): ChangedLine[] {
  const keys = new Set([...sides.locked, ...sides.asOfLock, ...sides.present].map(keyOf));
  const find = (side: Side, key: string): ComparedLine | null => sides[side].find((line) => keyOf(line) === key) ?? null;
  return [...keys].flatMap((key) => {
    const [locked, asOfLock, present] = [find('locked', key), find('asOfLock', key), find('present', key)];
    if (isSame(locked, asOfLock) && isSame(asOfLock, present)) return [];
    return [{ locked, asOfLock, present, difference: (present?.amount ?? 0n) - (locked?.amount ?? 0n), causes: causesOf(locked, asOfLock, present, changes) }];
  });
}

function causesOf(locked: ComparedLine | null, asOfLock: ComparedLine | null, present: ComparedLine | null, changes: ReadonlyMap<string, UsageChange>): DifferenceCause[] {
  const causes: DifferenceCause[] = isSame(locked, asOfLock) ? [] : [{ cause: 'pricing', eventCount: null }];
  if (isSame(asOfLock, present)) return causes;
  const { lateEventCount = 0n, removedEventCount = 0n } = changes.get((present ?? asOfLock)?.meterApiName ?? '') ?? {};
  if (lateEventCount > 0n) causes.push({ cause: 'late_events', eventCount: lateEventCount });
  if (removedEventCount > 0n) causes.push({ cause: 'removed_events', eventCount: removedEventCount });
  return lateEventCount > 0n || removedEventCount > 0n ? causes : [...causes, { cause: 'other_lines', eventCount: null }];
}

/** Names may have changed since, and versions do where the price has. */
function keyOf({ kind, productItemId, priceId, partStartInMillis, description }: ComparedLine): string {
  return JSON.stringify([kind, productItemId, priceId, partStartInMillis, priceId === null ? description : null]);
}

function isSame(left: ComparedLine | null, right: ComparedLine | null): boolean {
  return left?.quantity === right?.quantity && left?.exactAmount === right?.exactAmount && left?.amount === right?.amount;
}
