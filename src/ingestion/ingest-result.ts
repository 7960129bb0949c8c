import type { ErrorDetail } from '@tollkeeper/kernel';
import type { AppendOutcome, UsageEvent } from '@tollkeeper/usage-store';

export type RecordStatus = AppendOutcome | 'rejected';

/** What became of one record of a request. */
export interface RecordResult {
  /** Its position in the request. */
  readonly index: number;
  /** The worst of its events: `rejected`, then `conflict`, then `cancelled`, then `accepted`, then `duplicate`. */
  readonly status: RecordStatus;
  readonly uniqueId: string | null;
  /** Where it has several meters, what became of each of them. */
  readonly events: readonly { readonly meterApiName: string; readonly status: AppendOutcome }[];
  /** Why it was rejected. */
  readonly errors: readonly ErrorDetail[];
}

export interface IngestResult {
  /** Records of the request. */
  readonly received: number;
  /** Events stored and counted; a record with several values is several events. */
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events whose cancel came first. */
  readonly cancelled: number;
  /** Records that were not taken; always 0 unless partial acceptance was asked for, which refuses the request otherwise. */
  readonly rejected: number;
  /** Every record's own end, in order; made when asked for, because most senders want a number. */
  records(): RecordResult[];
}

/** A record as far as it was read: its events, or what is wrong with it. */
export interface ReadRecord {
  readonly uniqueId: string | null;
  readonly events: readonly UsageEvent[];
  readonly errors: readonly ErrorDetail[];
}

const WORST_FIRST: readonly AppendOutcome[] = ['conflict', 'cancelled', 'accepted', 'duplicate'];

/** @param outcomes of the events of all records that have no errors, in order */
export function ingestResult(read: readonly ReadRecord[], outcomes: readonly AppendOutcome[]): IngestResult {
  const count = (wanted: AppendOutcome): number => outcomes.reduce((sum, outcome) => (outcome === wanted ? sum + 1 : sum), 0);
  return {
    received: read.length,
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    conflicts: count('conflict'),
    cancelled: count('cancelled'),
    rejected: read.reduce((sum, { errors }) => (errors.length > 0 ? sum + 1 : sum), 0),
    records: () => recordResults(read, outcomes),
  };
}

function recordResults(read: readonly ReadRecord[], outcomes: readonly AppendOutcome[]): RecordResult[] {
  let from = 0;
  return read.map(({ uniqueId, events, errors }, index) => {
    if (errors.length > 0) return { index, status: 'rejected', uniqueId, events: [], errors };
    const own = outcomes.slice(from, from + events.length);
    from += events.length;
    const each = events.length > 1 ? events.map(({ meterApiName }, position) => ({ meterApiName, status: own[position]! })) : [];
    return { index, status: WORST_FIRST.find((status) => own.includes(status)) ?? 'accepted', uniqueId, events: each, errors };
  });
}
