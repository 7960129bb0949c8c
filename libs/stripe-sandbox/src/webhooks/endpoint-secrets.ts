import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';

export function newSecret(): string {
  return `whsec_${objectId('')}${objectId('').slice(0, 12)}`;
}

/** The secrets that sign now: the current one, and the one before it while it is still honoured. */
export function liveSecrets(account: SandboxAccount, endpointId: string): string[] {
  const { secrets = [], previousUntilInSeconds } = account.secret('_endpoint_secret', endpointId) ?? {};
  return previousUntilInSeconds !== undefined && previousUntilInSeconds <= account.now ? secrets.slice(0, 1) : secrets;
}

/** What "roll secret" in Stripe's dashboard does: a new secret, and the old one signs as well for a while. */
export function rollSecret(account: SandboxAccount, endpointId: string, keepOldForSeconds: number): string {
  account.require('webhook_endpoint', endpointId);
  const secret = newSecret();
  const [old] = account.secret('_endpoint_secret', endpointId)?.secrets ?? [];
  account.keep('_endpoint_secret', endpointId, { secrets: old && keepOldForSeconds > 0 ? [secret, old] : [secret], previousUntilInSeconds: account.now + keepOldForSeconds });
  return secret;
}
