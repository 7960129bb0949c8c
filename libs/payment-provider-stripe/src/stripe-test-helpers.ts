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

  /** Stripe's own clock cannot be moved for objects like ours; only the sandbox's can. */
  advanceClock(input: { timeInMillis: number }, context: CallContext): Promise<ProviderOutcome<{ timeInMillis: number }>> {
    return this.#calls.read(context, async (call) => {
      if (call.key.isSandbox) await moveSandboxClock(call, input.timeInMillis);
      return succeeded({ timeInMillis: input.timeInMillis });
    });
  }

  testCards(): readonly string[] {
    return TEST_CARDS;
  }
}

/** The sandbox's control interface lies beside `/v1` and outside the SDK. */
async function moveSandboxClock(call: StripeCall, timeInMillis: number): Promise<void> {
  const { timeout = 0 } = call.read();
  const answer = await fetch(new URL('/_sandbox/clock', call.base), {
    method: 'POST',
    headers: { authorization: `Bearer ${call.key.value}`, 'content-type': 'application/json' },
    body: JSON.stringify({ timeInMillis }),
    signal: AbortSignal.timeout(timeout),
    redirect: 'error',
  }).catch((error: Error) => {
    throw new Stripe.errors.StripeConnectionError({ type: 'api_error', message: 'The Stripe sandbox did not answer.', detail: error });
  });
  if (!answer.ok) throw new UnreadableAnswerError(`The Stripe sandbox did not move its clock (${answer.status}).`);
}
