import Stripe from 'stripe';
import { succeeded, type CallContext, type DisputeOperations, type ProviderDispute, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { DISPUTE_EXPANSIONS, mapDispute, mapFraudWarning } from './stripe-dispute-snapshot.js';
import { isRefusal, outcomeOfError } from './stripe-outcome.js';

/** A payment has one dispute, seldom two: a lost inquiry of another network, a second one after the first was won. */
const PAGE_SIZE = 100;

export class StripeDisputes implements DisputeOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  list({ providerPaymentId }: { providerPaymentId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderDispute[]>> {
    return this.#calls.read(context, async (call) => {
      const of = /^(ch|py)_/.test(providerPaymentId) ? { charge: providerPaymentId } : { payment_intent: providerPaymentId };
      const page = expectList(await call.client.disputes.list({ ...of, limit: PAGE_SIZE, expand: DISPUTE_EXPANSIONS.map((path) => `data.${path}`) }, call.read()));
      return succeeded(page.data.map(mapDispute).reverse());
    });
  }

  accept({ providerDisputeId }: { providerDisputeId: string }, context: CallContext): Promise<ProviderOutcome<ProviderDispute>> {
    return this.#calls.write(context, async (call) => {
      try {
        const params = { expand: DISPUTE_EXPANSIONS };
        return succeeded(mapDispute(expectObject(await call.client.disputes.close(providerDisputeId, params, call.write()), 'dispute')));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const outcome = outcomeOfError(error);
        const value = await readFresh(call, providerDisputeId);
        return outcome.outcome === 'unknown' || !value ? outcome : { ...outcome, value };
      }
    });
  }
}

/** `du_…` or, for a warning of the card's issuer, `issfr_…`. */
export async function readDispute(call: StripeCall, id: string): Promise<ProviderDispute | null> {
  if (id.startsWith('issfr_')) return readFraudWarning(call, id);
  return mapDispute(expectObject(await call.client.disputes.retrieve(id, { expand: DISPUTE_EXPANSIONS }, call.read()), 'dispute'));
}

/** @returns null where a restricted key may not read warnings: they are a courtesy, and no reason to pause the connection */
async function readFraudWarning(call: StripeCall, id: string): Promise<ProviderDispute | null> {
  try {
    const params = { expand: DISPUTE_EXPANSIONS };
    return mapFraudWarning(expectObject(await call.client.radar.earlyFraudWarnings.retrieve(id, params, call.read()), 'radar.early_fraud_warning'));
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return null;
    throw error;
  }
}

/** The refusal itself is known, so a read that fails on top of it only costs the explanation. */
async function readFresh(call: StripeCall, id: string): Promise<ProviderDispute | null> {
  try {
    return await readDispute(call, id);
  } catch {
    return null;
  }
}
