import type Stripe from 'stripe';
import { applyFields } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Dispute } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { isClosed, moveDispute } from './dispute-lifecycle.js';

export const disputeRoutes: Route[] = [
  { operation: 'GET /v1/disputes', handle: ({ account, params }) => listPage(whereEqual(account.list('dispute'), params, ['charge', 'payment_intent']), params, '/v1/disputes') },
  { operation: 'GET /v1/disputes/*', handle: (request) => request.account.require('dispute', firstId(request)) },
  { operation: 'POST /v1/disputes/*', handle: update },
  { operation: 'POST /v1/disputes/*/close', handle: close },
  { operation: 'GET /v1/radar/early_fraud_warnings', handle: ({ account, params }) => listPage(whereEqual(account.list('radar.early_fraud_warning'), params, ['charge', 'payment_intent']), params, '/v1/radar/early_fraud_warnings') },
  { operation: 'GET /v1/radar/early_fraud_warnings/*', handle: (request) => request.account.require('radar.early_fraud_warning', firstId(request)) },
];

/** Evidence is taken and moves the dispute under review; the special texts decide it at once, as in Stripe's test mode. */
function update(request: RouteRequest): Dispute {
  const { account } = request;
  const given = input<Stripe.DisputeUpdateParams>(request);
  const dispute = account.edit('dispute', firstId(request));
  if (isClosed(dispute)) throw StripeError.invalid('This dispute is already closed.');
  const previous = applyFields(dispute, request.params, []);
  const { evidence } = given;
  if (evidence) {
    dispute.evidence = { ...dispute.evidence, ...onlyTexts(evidence) };
    dispute.evidence_details.has_evidence = true;
  }
  const isSubmitted = evidence !== undefined && given.submit !== false;
  if (isSubmitted) {
    dispute.evidence_details.submission_count += 1;
    const review = dispute.status.replace('needs_response', 'under_review');
    if (review !== dispute.status) moveDispute(account, dispute.id, review as 'under_review');
  } else {
    emit(account, 'charge.dispute.updated', dispute, previous);
  }
  const verdict = evidence?.uncategorized_text;
  const isInquiry = dispute.status.startsWith('warning_');
  if (verdict === 'winning_evidence') moveDispute(account, dispute.id, isInquiry ? 'warning_closed' : 'won');
  if (verdict === 'losing_evidence') moveDispute(account, dispute.id, isInquiry ? 'needs_response' : 'lost');
  return account.require('dispute', dispute.id);
}

function onlyTexts(evidence: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => typeof value === 'string'));
}

function close(request: RouteRequest): Dispute {
  const dispute = request.account.require('dispute', firstId(request));
  if (isClosed(dispute)) throw StripeError.invalid('This dispute is already closed.');
  return moveDispute(request.account, dispute.id, dispute.status.startsWith('warning_') ? 'warning_closed' : 'lost');
}
