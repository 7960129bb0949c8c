import type Stripe from 'stripe';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Dispute, Refund } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { createRefund } from './refunding.js';

export const moneyRecordRoutes: Route[] = [
  { operation: 'GET /v1/charges', handle: ({ account, params }) => listPage(whereEqual(account.list('charge'), params, ['customer', 'payment_intent']), params, '/v1/charges') },
  { operation: 'GET /v1/charges/*', handle: (request) => request.account.require('charge', firstId(request)) },
  { operation: 'POST /v1/refunds', handle: refund },
  { operation: 'GET /v1/refunds', handle: ({ account, params }) => listPage(whereEqual(account.list('refund'), params, ['charge', 'payment_intent']), params, '/v1/refunds') },
  { operation: 'GET /v1/refunds/*', handle: (request) => request.account.require('refund', firstId(request)) },
  { operation: 'POST /v1/refunds/*', handle: updateRefund },
  { operation: 'GET /v1/disputes', handle: ({ account, params }) => listPage(whereEqual(account.list('dispute'), params, ['charge', 'payment_intent']), params, '/v1/disputes') },
  { operation: 'GET /v1/disputes/*', handle: (request) => request.account.require('dispute', firstId(request)) },
  { operation: 'POST /v1/disputes/*', handle: updateDispute },
  { operation: 'POST /v1/disputes/*/close', handle: closeDispute },
];

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

/** Evidence is taken and moves the dispute under review; the special texts decide it at once, as in Stripe's test mode. */
function updateDispute(request: RouteRequest): Dispute {
  const { account } = request;
  const given = input<Stripe.DisputeUpdateParams>(request);
  const dispute = account.edit('dispute', firstId(request));
  applyFields(dispute, request.params, []);
  if (isClosed(dispute)) throw StripeError.invalid('This dispute is already closed.');
  const isInquiry = dispute.status.startsWith('warning_');
  if (given.evidence && given.submit !== false) dispute.status = isInquiry ? 'warning_under_review' : 'under_review';
  emit(account, 'charge.dispute.updated', dispute);
  const verdict = given.evidence?.uncategorized_text;
  if (verdict === 'winning_evidence') decide(request, dispute, isInquiry ? 'warning_closed' : 'won');
  if (verdict === 'losing_evidence') decide(request, dispute, 'lost');
  return dispute;
}

function closeDispute(request: RouteRequest): Dispute {
  const dispute = request.account.edit('dispute', firstId(request));
  if (isClosed(dispute)) throw StripeError.invalid('This dispute is already closed.');
  decide(request, dispute, dispute.status.startsWith('warning_') ? 'warning_closed' : 'lost');
  return dispute;
}

function decide({ account }: RouteRequest, dispute: Dispute, status: string): void {
  const tookMoney = !dispute.status.startsWith('warning_');
  dispute.status = status;
  emit(account, 'charge.dispute.closed', dispute);
  if (status === 'won' && tookMoney) emit(account, 'charge.dispute.funds_reinstated', dispute);
}

const isClosed = (dispute: Dispute): boolean => ['won', 'lost', 'warning_closed'].includes(dispute.status);
