import { DomainError, invalid, type ErrorDetail } from '@tollkeeper/kernel';
import { MAXIMUM_FINDINGS } from './ingestion-limits.js';

export function tooManyRecords(what: 'records' | 'events', maximum: number): DomainError {
  return new DomainError('too_large', 'too_many_records', `The request holds more than ${maximum} ${what}, as many as are taken at once. Send several requests.`);
}

export function overloaded(): DomainError {
  return new DomainError('rate_limited', 'ingestion_overloaded', 'Events arrive faster than they can be stored. Nothing of this request was stored: send it again a little later.', {
    retryAfterInSeconds: 1,
  });
}

/** Nothing of the request was stored. Lists the first findings and counts the rest. */
export function invalidRecords(findings: readonly ErrorDetail[], received: number): DomainError {
  const sorted = [...findings].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  const bad = new Set(sorted.map((finding) => finding.index)).size;
  const [first] = sorted;
  const more = sorted.length - MAXIMUM_FINDINGS;
  const sentence = [
    `Invalid request: ${bad} of ${received} records ${bad === 1 ? 'is' : 'are'} invalid, so none was ingested.`,
    `Record ${first?.index}${first?.field === undefined ? '' : `, ${first.field}`}: ${first?.message}.`,
    ...(more > 0 ? [`The first ${MAXIMUM_FINDINGS} findings are listed, ${more} more are not.`] : []),
  ].join(' ');
  return invalid('invalid_records', sentence, sorted.slice(0, MAXIMUM_FINDINGS));
}
