import type { SandboxAccount } from '../account/sandbox-account.js';
import type { IdempotencyRecord } from './private-rows.js';
import type { StoredRow } from './stored-rows.js';

const DAY_IN_SECONDS = 86_400;

/** What a restart carries over: everything but events past Stripe's 30 days, keys past their 24 hours, and old delivery records. */
export function isWorthKeeping(row: StoredRow, account: SandboxAccount, wallTimeInMillis = Date.now()): boolean {
  if (row.table === 'event') return (row.value as { created: number }).created >= account.now - 30 * DAY_IN_SECONDS;
  if (row.table === '_idempotency') return wallTimeInMillis - (row.value as IdempotencyRecord).firstSeenAtWallInMillis < DAY_IN_SECONDS * 1000;
  return row.table !== '_delivery_done';
}
