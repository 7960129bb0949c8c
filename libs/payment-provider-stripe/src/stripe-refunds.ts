import type Stripe from 'stripe';
import { succeeded, type CallContext, type ProviderOutcome, type ProviderRefund, type ProviderRefundStatus, type RefundInput, type RefundOperations } from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { fromStripeAmount, toStripeAmount } from './stripe-currency.js';
import { fromMetadata, idOf, toMetadata, toMillis } from './stripe-mapping.js';
import { isRefusal, refusalOfState } from './stripe-outcome.js';

const PAGE_SIZE = 100;

export class StripeRefunds implements RefundOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  create(input: RefundInput, context: CallContext): Promise<ProviderOutcome<ProviderRefund>> {
    return this.#calls.write(context, async (call) => {
      const params: Stripe.RefundCreateParams = {
        ...(isCharge(input.providerPaymentId) ? { charge: input.providerPaymentId } : { payment_intent: input.providerPaymentId }),
        amount: toStripeAmount(input.amount, input.currency),
        ...(input.reason !== null && { reason: input.reason }),
        metadata: toMetadata(input.tags),
      };
      try {
        return refundOutcome(mapRefund(expectObject(await call.client.refunds.create(params, call.write()), 'refund')));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return refusalOfState(error);
      }
    });
  }

  list(input: { providerPaymentId: string }, context: CallContext): Promise<ProviderOutcome<readonly ProviderRefund[]>> {
    return this.#calls.read(context, async (call) => succeeded((await listRefunds(call, input.providerPaymentId)).map(mapRefund)));
  }
}

/** Newest first. */
export async function listRefunds(call: StripeCall, providerPaymentId: string, created?: Stripe.RangeQueryParam): Promise<Stripe.Refund[]> {
  const refunds: Stripe.Refund[] = [];
  for (;;) {
    const after = refunds.at(-1)?.id;
    const params: Stripe.RefundListParams = {
      ...(isCharge(providerPaymentId) ? { charge: providerPaymentId } : { payment_intent: providerPaymentId }),
      ...(created !== undefined && { created }),
      limit: PAGE_SIZE,
      ...(after !== undefined && { starting_after: after }),
    };
    const page = expectList(await call.client.refunds.list(params, call.read()));
    refunds.push(...page.data);
    if (!page.has_more || page.data.length === 0) return refunds;
  }
}

export function mapRefund(refund: Stripe.Refund): ProviderRefund {
  const status = refundStatus(refund.status);
  return {
    id: refund.id,
    status,
    providerStatus: refund.status ?? 'pending',
    amount: fromStripeAmount(refund.amount, refund.currency),
    currency: refund.currency.toUpperCase(),
    providerPaymentId: idOf(refund.payment_intent) ?? idOf(refund.charge),
    reason: refund.reason,
    failure: status === 'failed' || status === 'canceled' ? (refund.failure_reason ?? status) : null,
    tags: fromMetadata(refund.metadata),
    createTimeInMillis: toMillis(refund.created),
  };
}

/** A word we do not know yet is not an end. */
function refundStatus(status: string | null): ProviderRefundStatus {
  return status === 'requires_action' || status === 'succeeded' || status === 'failed' || status === 'canceled' ? status : 'pending';
}

/** The bank's word may come later, or with the customer's help: either way the provider has taken it on. */
function refundOutcome(refund: ProviderRefund): ProviderOutcome<ProviderRefund> {
  if (refund.status === 'succeeded') return succeeded(refund);
  if (refund.status === 'pending' || refund.status === 'requires_action') return { outcome: 'pending', value: refund };
  return { outcome: 'failed', code: 'declined', providerCode: refund.failure, message: `The refund ${refund.id} ${refund.status}.`, value: refund };
}

function isCharge(providerPaymentId: string): boolean {
  return /^(ch|py)_/.test(providerPaymentId);
}
