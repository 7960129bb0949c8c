import { DUPLICATE, MISSING_THERE, UNKNOWN_HERE } from './drift-differences.js';
import type { Drift } from './drift.store.js';

/** What a difference is about and what a person does where repairing does not end it, as a sentence. */
export function adviceOf({ kind, field, ownId, ownValue, providerValue, providerId }: Pick<Drift, 'kind' | 'field' | 'ownId' | 'ownValue' | 'providerValue' | 'providerId'>): string {
  if (field === DUPLICATE) return `The provider has a second ${kind} of ours for ${ownId ?? 'the same'} (${providerId}); we use ${ownValue ?? 'another'}. Look whether it was used, and take it away there.`;
  if (kind === 'customer' && field === MISSING_THERE) return `The customer was deleted at the provider. Replace ${ownId ?? 'it'} with another provider id, or without one and with auto-create, which makes a new one.`;
  if (field === MISSING_THERE) return `The provider answers that it has no such ${kind}. Repairing looks again; if it stays away, ask the provider.`;
  if (field === UNKNOWN_HERE && kind === 'customer') return `The provider has this customer of ours, and nothing here is linked to it. Repairing links ${ownId ?? 'it'}; one that does not exist here is linked when it is created with auto-create.`;
  if (field === UNKNOWN_HERE) return `The provider has this ${kind} of ours, and nothing here belongs to it. Repairing lets ${ownId ?? 'its invoice'} take it over when it is sent; if there is no such invoice, void or refund it there.`;
  return `We say ${ownValue ?? 'nothing'}, the provider says ${providerValue ?? 'nothing'}. Repairing takes over what the provider says; what is final here stays.`;
}
