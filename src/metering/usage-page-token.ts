import { invalid } from '@tollkeeper/kernel';
import type { StoredUsage, UsageEventsQuery } from '@tollkeeper/usage-store';
import { decodeParts, encodeParts, isWhole } from '../platform/http/paging.js';

const POSITION = /^\d{1,18}$/;

/** Where a list of events goes on: behind this one. */
export function tokenOf({ eventTimeInMillis, sequence }: StoredUsage): string {
  return encodeParts([eventTimeInMillis, sequence]);
}

/** @throws DomainError `invalid_page_token` */
export function readToken(token: string): NonNullable<UsageEventsQuery['after']> {
  const [eventTimeInMillis, sequence] = decodeParts(token);
  if (isWhole(eventTimeInMillis) && isPosition(sequence)) return { eventTimeInMillis, sequence };
  throw invalid('invalid_page_token', 'The page token is not one of ours. Take nextPageToken unchanged from the page before.');
}

/** A sequence or a watermark of the store. */
export function isPosition(value: unknown): value is string {
  return typeof value === 'string' && POSITION.test(value);
}
