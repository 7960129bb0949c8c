import { identityOf, type EventIdentity } from '../event-identity.js';
import type { UsageEvent } from '../usage-event.js';

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
    const key = `${candidate.event.accountId} ${candidate.eventKey}`;
    (seen.has(key) ? repeats : firsts).push(candidate);
    seen.add(key);
  }
  return { firsts, repeats };
}

export function candidateOf(event: UsageEvent, index: number): Candidate {
  return { ...identityOf(event), event, index };
}

/** One array for each column, in the order of the statements' parameters. */
export function columnsOf(candidates: readonly Candidate[]): unknown[][] {
  return [
    candidates.map((candidate) => candidate.event.accountId),
    candidates.map((candidate) => candidate.eventKey),
    candidates.map((candidate) => candidate.payloadHash),
    candidates.map((candidate) => candidate.event.customerId),
    candidates.map((candidate) => candidate.event.meterApiName),
    candidates.map((candidate) => candidate.event.eventTimeInMillis),
    candidates.map((candidate) => candidate.event.uniqueId),
    candidates.map((candidate) => candidate.event.meterValue),
    candidates.map((candidate) => JSON.stringify(candidate.event.dimensions)),
    candidates.map((candidate) => candidate.event.ingestTimeInMillis),
  ];
}
