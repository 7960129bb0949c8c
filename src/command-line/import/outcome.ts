/** A record that was not counted, and why. */
export interface RejectedRecord {
  readonly file: string;
  readonly line: number;
  /** As the ingest route answers it, `conflict`, or what the importer itself found. */
  readonly code: string;
  /** For a person. */
  readonly message: string;
  /** All findings, where there are several. */
  readonly errors?: readonly { readonly field?: string; readonly code: string; readonly message: string }[];
  /** As it stands in the file; of one that is longer than 64 KiB the beginning. */
  readonly record: string;
}

/** Of events; a record with several values is several. */
export interface EventCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Their cancel came before them. */
  readonly cancelled: number;
}

/** What became of records. */
export interface Outcome extends EventCounts {
  readonly records: number;
  readonly rejects: readonly RejectedRecord[];
}

export interface Totals extends EventCounts {
  readonly records: number;
  /** Records, conflicts not among them. */
  readonly rejected: number;
}

export const NO_EVENTS: EventCounts = { accepted: 0, duplicates: 0, conflicts: 0, cancelled: 0 };
export const NOTHING: Totals = { records: 0, ...NO_EVENTS, rejected: 0 };

export function plusEvents(one: EventCounts, other: EventCounts): EventCounts {
  return {
    accepted: one.accepted + other.accepted,
    duplicates: one.duplicates + other.duplicates,
    conflicts: one.conflicts + other.conflicts,
    cancelled: one.cancelled + other.cancelled,
  };
}

export function plus(totals: Totals, outcome: Outcome): Totals {
  return {
    records: totals.records + outcome.records,
    ...plusEvents(totals, outcome),
    rejected: totals.rejected + outcome.rejects.filter(({ code }) => code !== 'conflict').length,
  };
}
