import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext, ProviderCredentials } from '../call-context.js';
import type { Failed, ProviderFailureCode, ProviderOutcome, RequiresAction, Unknown } from '../outcome.js';
import { AmountNotRepresentableError } from '../provider-amount.js';
import { ConnectionRejectedError, RequestNotSentError } from '../provider-error.js';
import { ToyBankError, ToyLineError } from './toy-bank.js';

class DeadlinePassedError extends Error {}

/** The one place where a call is bounded in time and its errors become outcomes; every operation goes through it. */
export async function toyCall<T>(context: CallContext, operation: (apiKey: string) => Promise<ProviderOutcome<T>>): Promise<ProviderOutcome<T>> {
  const apiKey = toyKeyOf(context.credentials);
  if (apiKey === '') throw new ConnectionRejectedError('unauthorized', `Connection ${context.credentials.connectionId} has no API key of the toy bank.`);
  if (context.signal?.aborted) return unknown('timeout', false);
  try {
    await context.beforeRequest?.('toy bank');
    return await Promise.race([operation(apiKey), deadline(context)]);
  } catch (error) {
    return outcomeOf(error);
  }
}

export function toyKeyOf(credentials: ProviderCredentials): string {
  return credentials.secrets['apiKey']?.reveal().trim() ?? '';
}

/** @throws Error before the network: a write without its intent's key is a defect of the caller */
export function requiredKey(context: CallContext): string {
  if (!context.idempotencyKey) throw new Error('A write to the toy bank needs the idempotency key of its intent; none came with the call.');
  return context.idempotencyKey;
}

async function deadline(context: CallContext): Promise<never> {
  await sleep(context.deadlineInMillis, undefined, { ref: false, ...(context.signal && { signal: context.signal }) }).catch(() => {});
  throw new DeadlinePassedError();
}

const FAILURES: Readonly<Record<string, ProviderFailureCode>> = { declined: 'declined', key_reused: 'idempotency_conflict', not_there: 'not_found' };

/** Every way a call can end but success. What is not the bank's answer is a defect and stays thrown. */
function outcomeOf(error: unknown): Failed<never> | RequiresAction<never> | Unknown {
  if (error instanceof DeadlinePassedError) return unknown('timeout', true);
  if (error instanceof RequestNotSentError) return { ...unknown('rate_limited', false), retryAfterInMillis: error.retryAfterInMillis };
  if (error instanceof ToyLineError) return unknown('connection', error.wasSent);
  if (error instanceof AmountNotRepresentableError) return { outcome: 'failed', code: error.code, providerCode: null, message: error.message };
  if (!(error instanceof ToyBankError)) throw error;
  const { status, code, message } = error;
  if (status === 401) throw new ConnectionRejectedError('unauthorized', message);
  if (status === 429) return unknown('rate_limited', false);
  if (status >= 500) return unknown('server_error', true);
  if (code === 'challenged') return { outcome: 'requires_action', reason: 'customer_authentication', message };
  if (code === 'no_method') return { outcome: 'requires_action', reason: 'no_payment_method', message };
  return { outcome: 'failed', code: FAILURES[code] ?? 'invalid_state', providerCode: code, message };
}

function unknown(cause: Unknown['cause'], sent: boolean): Unknown {
  return { outcome: 'unknown', cause, sent, message: `The toy bank did not answer (${cause}).` };
}
