import { invalid } from '@tollkeeper/kernel';
import type { StoredUsage, UsageEventsQuery } from '@tollkeeper/usage-store';

/** Where a list of events goes on: behind this one. */
export function tokenOf({ eventTimeInMillis, sequence }: StoredUsage): string {
  return Buffer.from(JSON.stringify([eventTimeInMillis, sequence])).toString('base64url');
}

/** @throws DomainError `invalid_page_token` */
export function readToken(token: string): NonNullable<UsageEventsQuery['after']> {
  try {
    const [eventTimeInMillis, sequence] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown];
    if (Number.isSafeInteger(eventTimeInMillis) && typeof sequence === 'string' && /^\d{1,18}$/.test(sequence)) return { eventTimeInMillis: eventTimeInMillis as number, sequence };
  } catch {
    // answered below
  }
  throw invalid('invalid_page_token', 'The page token is not one of ours. Take nextPageToken unchanged from the page before.');
}
