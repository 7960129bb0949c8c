import { createHash } from 'node:crypto';
import type { SandboxAccount } from '../account/sandbox-account.js';
import type { IdempotencyRecord } from '../state/private-rows.js';
import { StripeError } from './stripe-error.js';

const MAX_KEY_LENGTH = 255;
const KEPT_FOR_MILLIS = 24 * 3600 * 1000;

/** Keeps first answers under the caller's keys. Key ages are wall time: a jump of the billing clock must not free a key. */
export class Idempotency {
  private readonly inFlight = new Set<string>();

  constructor(private readonly wallTimeInMillis: () => number) {}

  /** Answers the stored answer to replay, or undefined when this is the first use; the key is then held until `release`. */
  claim(account: SandboxAccount, key: string, fingerprint: string): IdempotencyRecord | undefined {
    if (key.length > MAX_KEY_LENGTH) throw StripeError.malformed(`Idempotency keys hold at most ${MAX_KEY_LENGTH} characters.`);
    if (this.inFlight.has(`${account.id} ${key}`)) {
      throw new StripeError(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'There is currently another in-progress request using this idempotency key. Try again later.' });
    }
    const stored = account.secret('_idempotency', key);
    if (stored && this.ageInMillis(account, stored) < KEPT_FOR_MILLIS) {
      if (stored.fingerprint === fingerprint) return stored;
      throw new StripeError(400, { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters they were first used with. Use a new key.' });
    }
    this.inFlight.add(`${account.id} ${key}`);
    return undefined;
  }

  release(account: SandboxAccount, key: string): void {
    this.inFlight.delete(`${account.id} ${key}`);
  }

  private ageInMillis(account: SandboxAccount, record: IdempotencyRecord): number {
    if (account.assumes('keys_age_by_wall_time')) return this.wallTimeInMillis() - record.firstSeenAtWallInMillis;
    return account.clock.nowInMillis() - record.firstSeenAtClockInMillis;
  }
}

export function fingerprintOf(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('base64');
}
