import type { ProviderFailureCode, RequiresActionReason, Unknown } from '../outcome.js';

// Written as records so that a member added to the union and missing here does not compile.
const FAILURE_CODES: Record<ProviderFailureCode, true> = {
  declined: true,
  not_found: true,
  invalid_request: true,
  invalid_state: true,
  wrong_mode: true,
  idempotency_conflict: true,
  unsupported_currency: true,
  amount_not_representable: true,
};
const REASONS: Record<RequiresActionReason, true> = {
  no_payment_method: true,
  customer_authentication: true,
  finalization_error: true,
  missing_tax_location: true,
  connection_rejected: true,
};
const CAUSES: Record<Unknown['cause'], true> = { timeout: true, connection: true, server_error: true, rate_limited: true, object_locked: true, unreadable_answer: true, key_in_use: true };

/** What is wrong with an outcome's form, in words; empty when it lies inside the closed union. */
export function outcomeFaults(outcome: unknown): string[] {
  if (typeof outcome !== 'object' || outcome === null) return ['An outcome must be an object.'];
  const fields = outcome as Readonly<Record<string, unknown>>;
  switch (fields['outcome']) {
    case 'succeeded':
    case 'pending':
      return faults([[fields['value'] !== undefined, `A ${fields['outcome']} outcome must carry a value.`]]);
    case 'requires_action':
      return faults([[isOneOf(REASONS, fields['reason']), `'${String(fields['reason'])}' is no reason of the port's.`], message(fields)]);
    case 'failed':
      return faults([
        [isOneOf(FAILURE_CODES, fields['code']), `'${String(fields['code'])}' is no failure code of the port's.`],
        [fields['providerCode'] === null || typeof fields['providerCode'] === 'string', "providerCode must be the provider's word or null."],
        message(fields),
      ]);
    case 'unknown':
      return faults([
        [isOneOf(CAUSES, fields['cause']), `'${String(fields['cause'])}' is no cause of the port's.`],
        [typeof fields['sent'] === 'boolean', 'An unknown outcome must say whether the request may have arrived.'],
        [fields['retryAfterInMillis'] === undefined || Number(fields['retryAfterInMillis']) > 0, 'retryAfterInMillis must be positive.'],
        message(fields),
      ]);
    default:
      return [`'${String(fields['outcome'])}' is no outcome of the port's.`];
  }
}

type Check = readonly [holds: boolean, fault: string];

function message(fields: Readonly<Record<string, unknown>>): Check {
  return [typeof fields['message'] === 'string' && fields['message'].trim() !== '', 'An outcome other than success must carry a sentence for people.'];
}

function isOneOf(members: Readonly<Record<string, true>>, value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(members, value);
}

function faults(checks: readonly Check[]): string[] {
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}
