import { conflict, DomainError } from '@tollkeeper/kernel';
import { isUnfinished, type ProviderIntent } from './provider-intent.entity.js';

/**
 * For a request that waited for an effect at the provider.
 * @param thing what to ask for later, as people call it
 * @throws DomainError `provider_unavailable` while the outcome is not known, `refused_by_provider`
 */
export function assertDone(intent: ProviderIntent, thing: string): void {
  if (isUnfinished(intent)) {
    throw new DomainError('unavailable', 'provider_unavailable', `The payment provider cannot be reached. The request is kept and finished in the background; ask for the ${thing} later.`, { retryAfterInSeconds: 30 });
  }
  assertNotRefused(intent);
}

/** @throws DomainError `refused_by_provider` */
export function assertNotRefused({ outcome, message, code }: ProviderIntent): void {
  if (outcome === 'failed') throw conflict('refused_by_provider', `The payment provider refused it: ${message ?? code ?? 'no reason given'}`);
}
