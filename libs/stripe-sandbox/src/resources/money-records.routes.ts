import type Stripe from 'stripe';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Refund } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { movementsOfPayout } from './payouts.js';
import { cancelRefund, createRefund } from './refunding.js';

export const moneyRecordRoutes: Route[] = [
  { operation: 'GET /v1/charges', handle: ({ account, params }) => listPage(whereEqual(account.list('charge'), params, ['customer', 'payment_intent']), params, '/v1/charges') },
  { operation: 'GET /v1/charges/*', handle: (request) => request.account.require('charge', firstId(request)) },
  { operation: 'POST /v1/refunds', handle: refund },
  { operation: 'GET /v1/refunds', handle: ({ account, params }) => listPage(whereEqual(account.list('refund'), params, ['charge', 'payment_intent']), params, '/v1/refunds') },
  { operation: 'GET /v1/refunds/*', handle: (request) => request.account.require('refund', firstId(request)) },
  { operation: 'POST /v1/refunds/*', handle: updateRefund },
  { operation: 'POST /v1/refunds/*/cancel', handle: (request) => cancelRefund(request.account, firstId(request)) },
  { operation: 'GET /v1/balance_transactions', handle: balanceTransactions },
  { operation: 'GET /v1/balance_transactions/*', handle: (request) => request.account.require('balance_transaction', firstId(request)) },
  { operation: 'GET /v1/payouts', handle: ({ account, params }) => listPage(whereEqual(account.list('payout'), params, ['status']), params, '/v1/payouts') },
  { operation: 'GET /v1/payouts/*', handle: (request) => request.account.require('payout', firstId(request)) },
];

function balanceTransactions({ account, params }: RouteRequest): object {
  const payout = params['payout'] as string | undefined;
  const all = payout === undefined ? account.list('balance_transaction') : movementsOfPayout(account, payout);
  return listPage(whereEqual(all, params, ['currency', 'source', 'type']), params, '/v1/balance_transactions');
}

function refund(request: RouteRequest): Refund {
  const { account } = request;
  const given = input<Stripe.RefundCreateParams>(request);
  const chargeId = given.charge ?? (given.payment_intent && account.refer('payment_intent', given.payment_intent, 'payment_intent').latest_charge);
  if (!chargeId) throw StripeError.invalid('Give charge, or a payment_intent with a successful charge.', given.payment_intent ? 'payment_intent' : 'charge', 'parameter_missing');
  return createRefund(account, account.refer('charge', chargeId, 'charge'), given.amount, { metadata: mergeMetadata({}, given.metadata), reason: given.reason ?? null });
}

function updateRefund(request: RouteRequest): Refund {
  const live = request.account.edit('refund', firstId(request));
  const previous = applyFields(live, request.params, []);
  if (Object.keys(previous).length > 0) emit(request.account, 'refund.updated', live, previous);
  return live;
}
