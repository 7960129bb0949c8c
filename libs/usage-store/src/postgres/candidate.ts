import { identityOf, type EventIdentity } from '../event-identity.js';
import type { UsageEvent } from '../usage-event.js';
import { bigintColumn, textColumn, uuidColumn } from './binary-columns.js';

/** An event on its way into the store. */
export interface Candidate extends EventIdentity {
  readonly event: UsageEvent;
  /** Where the event stands in the caller's list. */
  readonly index: number;
}

/** The first event of each key, and the later ones, which cannot be judged before the first one is stored. */
export function separateRepeats(candidates: readonly Candidate[]): { firsts: Candidate[]; repeats: Candidate[] } {
  const seen = new Set<string>();
  const firsts: Candidate[] = [];
  const repeats: Candidate[] = [];
  for (const candidate of candidates) {
    (seen.has(candidate.eventKey) ? repeats : firsts).push(candidate);
    seen.add(candidate.eventKey);
  }
  return { firsts, repeats };
}

export function candidateOf(event: UsageEvent, index: number): Candidate {
  const { eventKey, payloadHash } = identityOf(event);
  return { eventKey, payloadHash, event, index };
}

/** As the index of events is ordered. Those of one customer and meter with the same time stay in the order in which they came. */
export function compareCandidates({ event: one, index }: Candidate, { event: other, index: otherIndex }: Candidate): number {
  return (
    compare(one.accountId, other.accountId) ||
    compare(one.meterApiName, other.meterApiName) ||
    compare(one.customerId, other.customerId) ||
    one.eventTimeInMillis - other.eventTimeInMillis ||
    index - otherIndex
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** One array for each column, in the order of the statements' parameters. */
export function columnsOf(candidates: readonly Candidate[]): Buffer[] {
  return [
    textColumn(candidates.map((candidate) => candidate.event.accountId)),
    uuidColumn(candidates.map((candidate) => candidate.eventKey)),
    uuidColumn(candidates.map((candidate) => candidate.payloadHash)),
    textColumn(candidates.map((candidate) => candidate.event.customerId)),
    textColumn(candidates.map((candidate) => candidate.event.meterApiName)),
    bigintColumn(candidates.map((candidate) => candidate.event.eventTimeInMillis)),
    textColumn(candidates.map((candidate) => candidate.event.uniqueId)),
    textColumn(candidates.map((candidate) => candidate.event.meterValue)),
    textColumn(candidates.map((candidate) => JSON.stringify(candidate.event.dimensions))),
    bigintColumn(candidates.map((candidate) => candidate.event.ingestTimeInMillis)),
  ];
}
