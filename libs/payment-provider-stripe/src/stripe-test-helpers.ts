import Stripe from 'stripe';
import { succeeded, type CallContext, type ProviderOutcome, type TestOperations } from '@tollkeeper/payment-provider';
import { UnreadableAnswerError } from './stripe-call-error.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';

/** Stripe's names for cards that need no number, each a behaviour worth showing. */
const TEST_CARDS = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_chargeCustomerFail',
  'pm_card_threeDSecure2Required',
  'pm_card_authenticationRequired',
  'pm_card_createDispute',
  'pm_card_pendingRefund',
];

export class StripeTestHelpers implements TestOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  /** Stripe's own clock cannot be moved for objects like ours; only the sandbox's can. Answers the time it shows afterwards. */
  advanceClock(input: { timeInMillis: number }, context: CallContext): Promise<ProviderOutcome<{ timeInMillis: number }>> {
    return this.#calls.read(context, async (call) =>
      succeeded({ timeInMillis: call.key.isSandbox ? await moveSandboxClock(call, input.timeInMillis) : input.timeInMillis }),
    );
  }

  testCards(): readonly string[] {
    return TEST_CARDS;
  }
}

/** The sandbox moves by a distance, so its time is read first; a lost answer is then harmless to repeat. */
async function moveSandboxClock(call: StripeCall, timeInMillis: number): Promise<number> {
  const now = await askSandbox(call, 'GET', '/_sandbox/clock');
  return timeInMillis <= now ? now : askSandbox(call, 'POST', '/_sandbox/clock/advance', { advance_by_in_millis: Math.ceil(timeInMillis - now) });
}

/** The control interface lies beside `/v1` and outside the SDK. */
async function askSandbox(call: StripeCall, method: string, path: string, body?: object): Promise<number> {
  try {
    const answer = await fetch(new URL(path, call.base), {
      method,
      headers: { authorization: `Bearer ${call.key.value}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(call.remainingInMillis()),
      redirect: 'error',
    });
    const { data } = (await answer.json()) as { data?: { now?: unknown } };
    if (answer.ok && typeof data?.now === 'number') return data.now;
    throw new UnreadableAnswerError(`The Stripe sandbox did not tell its clock (${answer.status}).`);
  } catch (error) {
    if (error instanceof UnreadableAnswerError) throw error;
    throw new Stripe.errors.StripeConnectionError({ type: 'api_error', message: 'The Stripe sandbox did not answer.', detail: error as Error });
  }
}
