import Stripe from 'stripe';
import {
  succeeded,
  type CallContext,
  type PayoutOperations,
  type PayoutPage,
  type PayoutQuery,
  type ProviderMovement,
  type ProviderMovementKind,
  type ProviderOutcome,
  type ProviderPayout,
} from '@tollkeeper/payment-provider';
import { expectList } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { fromStripeAmount } from './stripe-currency.js';
import { toMillis } from './stripe-mapping.js';

const PAGE_SIZE = 100;
/** The charge says which payment it was, the refund and the dispute which they are. */
const EXPANSIONS = ['data.source'];

/** By `balance_transaction.type`; disputes come as adjustments, and tell themselves from others by their source (docs.stripe.com/reports/balance-transaction-types). */
const KINDS: Readonly<Record<string, ProviderMovementKind>> = {
  charge: 'payment',
  payment: 'payment',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failed',
  payment_failure_refund: 'refund_failed',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  tax_fee: 'fee',
  network_cost: 'fee',
  payout: 'payout',
  payout_cancel: 'payout_failed',
  payout_failure: 'payout_failed',
};

const STATUSES: Readonly<Record<string, ProviderPayout['status']>> = { pending: 'pending', in_transit: 'pending', paid: 'paid', failed: 'failed', canceled: 'canceled' };

/** Reads of the balance. Not among the permissions that a connection needs: a restricted key may lack them. */
export class StripePayouts implements PayoutOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  listMovements({ createdFromInMillis, pageToken }: PayoutQuery, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderMovement>>> {
    return this.#read(context, (call) => call.client.balanceTransactions.list({ ...pageParams(pageToken), created: from(createdFromInMillis), expand: EXPANSIONS }, call.read()), mapMovement);
  }

  listPayouts({ createdFromInMillis, pageToken }: PayoutQuery, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderPayout>>> {
    return this.#read(context, (call) => call.client.payouts.list({ ...pageParams(pageToken), created: from(createdFromInMillis) }, call.read()), mapPayout);
  }

  listMovementsOf({ providerPayoutId, pageToken }: { providerPayoutId: string; pageToken: string | null }, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderMovement>>> {
    return this.#read(context, (call) => call.client.balanceTransactions.list({ ...pageParams(pageToken), payout: providerPayoutId, expand: EXPANSIONS }, call.read()), mapMovement);
  }

  #read<S extends { readonly id: string }, T>(context: CallContext, list: (call: StripeCall) => Promise<Stripe.ApiList<S>>, map: (object: S) => T): Promise<ProviderOutcome<PayoutPage<T>>> {
    return this.#calls.read(context, async (call) => {
      try {
        const { data, has_more: hasMore } = expectList(await list(call));
        return succeeded({ objects: data.map(map), nextPageToken: hasMore ? (data.at(-1)?.id ?? null) : null });
      } catch (error) {
        // Thrown on, it would pause the connection, which collects as well as ever.
        if (!(error instanceof Stripe.errors.StripePermissionError)) throw error;
        return { outcome: 'failed', code: 'invalid_state', providerCode: 'permission_denied', message: 'The restricted key lacks the permission to read balance transactions and payouts.' };
      }
    });
  }
}

function pageParams(pageToken: string | null): { limit: number; starting_after?: string } {
  return { limit: PAGE_SIZE, ...(pageToken !== null && { starting_after: pageToken }) };
}

function from(createdFromInMillis: number): Stripe.RangeQueryParam {
  return { gte: Math.max(0, Math.floor(createdFromInMillis / 1_000)) };
}

function mapMovement(movement: Stripe.BalanceTransaction): ProviderMovement {
  const { id, type, currency, description, created, available_on: availableOn } = movement;
  const amount = (value: number): bigint => fromStripeAmount(value, currency);
  const [gross, fee] = [amount(movement.amount), amount(movement.fee)];
  return {
    id,
    kind: kindOf(movement),
    providerType: type,
    amount: gross,
    fee,
    net: gross - fee,
    currency: currency.toUpperCase(),
    description,
    ...subjectOf(movement),
    createTimeInMillis: toMillis(created),
    availableTimeInMillis: toMillis(availableOn),
  };
}

function kindOf({ type, amount, source }: Stripe.BalanceTransaction): ProviderMovementKind {
  if (type === 'adjustment' && source !== null && typeof source !== 'string' && source.object === 'dispute') return amount < 0 ? 'dispute' : 'dispute_reversal';
  return KINDS[type] ?? 'other';
}

function subjectOf({ source }: Stripe.BalanceTransaction): Pick<ProviderMovement, 'providerPaymentId' | 'providerRefundId' | 'providerDisputeId'> {
  const nothing = { providerPaymentId: null, providerRefundId: null, providerDisputeId: null };
  if (source === null || typeof source === 'string') return nothing;
  if (source.object === 'charge') return { ...nothing, providerPaymentId: idOf(source.payment_intent) };
  if (source.object === 'refund') return { ...nothing, providerPaymentId: idOf(source.payment_intent), providerRefundId: source.id };
  if (source.object === 'dispute') return { ...nothing, providerPaymentId: idOf(source.payment_intent), providerDisputeId: source.id };
  return nothing;
}

function idOf(reference: string | { readonly id: string } | null): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

function mapPayout({ id, status, amount, currency, automatic, created, arrival_date: arrival }: Stripe.Payout): ProviderPayout {
  return {
    id,
    status: STATUSES[status] ?? 'pending',
    providerStatus: status,
    amount: fromStripeAmount(amount, currency),
    currency: currency.toUpperCase(),
    hasMovements: automatic,
    createTimeInMillis: toMillis(created),
    arrivalTimeInMillis: toMillis(arrival),
  };
}
