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

/** What became of records. */
export interface Outcome {
  readonly records: number;
  /** Events; a record with several values is several. */
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events whose cancel came before them. */
  readonly cancelled: number;
  readonly rejects: readonly RejectedRecord[];
}

export interface Totals {
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events whose cancel came before them. */
  readonly cancelled: number;
  /** Records, conflicts not among them. */
  readonly rejected: number;
}

export const NOTHING: Totals = { records: 0, accepted: 0, duplicates: 0, conflicts: 0, cancelled: 0, rejected: 0 };

export function plus(totals: Totals, { records, accepted, duplicates, conflicts, cancelled, rejects }: Outcome): Totals {
  return {
    records: totals.records + records,
    accepted: totals.accepted + accepted,
    duplicates: totals.duplicates + duplicates,
    conflicts: totals.conflicts + conflicts,
    cancelled: totals.cancelled + cancelled,
    rejected: totals.rejected + rejects.filter(({ code }) => code !== 'conflict').length,
  };
}
