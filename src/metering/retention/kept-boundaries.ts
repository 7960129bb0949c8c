/** Intervals as far as usage is kept: where they begin in what is dropped, the first one that is asked of the store is the rest of one. */
export interface KeptBoundaries {
  /** Fewer than two: nothing of it is kept. */
  readonly boundariesInMillis: readonly number[];
  /** The start of the interval that an interval of these is, or is the rest of. */
  startOf(bucketStartInMillis: number): number;
}

/** What is being dropped is gone for everybody at once, however long it takes, and what has to stay on disk is not shown. */
export function keptBoundaries(boundariesInMillis: readonly number[], keptFrom: number | null): KeptBoundaries {
  if (keptFrom === null || boundariesInMillis[0]! >= keptFrom) return { boundariesInMillis, startOf: (start) => start };
  const later = boundariesInMillis.filter((boundary) => boundary > keptFrom);
  const cut = boundariesInMillis.findLast((boundary) => boundary <= keptFrom)!;
  return { boundariesInMillis: later.length === 0 ? [] : [keptFrom, ...later], startOf: (start) => (start === keptFrom ? cut : start) };
}
