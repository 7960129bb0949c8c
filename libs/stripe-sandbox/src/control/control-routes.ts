import type { IncomingMessage } from 'node:http';
import type { AssumptionSwitches } from '../assumptions/assumptions.js';
import type { CardBehaviour } from '../cards/card-behaviour.js';
import { jsonAnswer, type Answer } from '../http/answer.js';
import { readApiKey } from '../http/api-keys.js';
import { StripeError } from '../http/stripe-error.js';
import type { FurtherPayment } from '../resources/attached-payment.js';
import type { DisputeOpening } from '../resources/dispute-lifecycle.js';
import type { DisputeStatus } from '../state/stripe-objects.js';
import type { DeliveryDisorder } from '../webhooks/delivery-disorder.js';
import type { ForgedEvent } from '../webhooks/forged-event.js';
import type { RateLimit } from './rate-limits.js';
import type { FaultOrder } from './request-faults.js';
import type { SandboxControl } from './sandbox-control.js';

type Body = Record<string, unknown>;
type Handler = (input: { control: SandboxControl; key: () => string; keyIfGiven: string | undefined; body: Body; id: string; query: URLSearchParams }) => unknown;

/** The control interface over HTTP: JSON in and out, the account named by its key as in Stripe's API. */
const HANDLERS: Record<string, Handler> = {
  'GET /_sandbox/clock': ({ control, key }) => control.clock(key()),
  'POST /_sandbox/clock/advance': ({ control, key, body }) => control.advanceClock(key(), Number(body['advance_by_in_millis'])),
  'POST /_sandbox/assumptions': ({ control, key, body }) => control.assume(key(), body as AssumptionSwitches),
  'POST /_sandbox/cards': ({ control, key, body }) => control.defineCard(key(), String(body['name']), (body['behaviour'] ?? {}) as Partial<CardBehaviour>),
  'POST /_sandbox/challenges/*': ({ control, key, body, id }) => control.completeChallenge(key(), id, outcomeOf(body)),
  'POST /_sandbox/checkout_sessions/*/complete': ({ control, key, body, id }) => control.completeCheckout(key(), id, body['card'] as string | undefined),
  'POST /_sandbox/setup_intents/*/complete': ({ control, key, body, id }) => control.completeSetup(key(), id, body['card'] as string | undefined),
  'POST /_sandbox/charges/*/dispute': ({ control, key, body, id }) => control.money.openDispute(key(), id, body as DisputeOpening),
  'POST /_sandbox/charges/*/warn_of_fraud': ({ control, key, id }) => control.money.warnOfFraud(key(), id),
  'POST /_sandbox/disputes/*/move': ({ control, key, body, id }) => control.money.moveDispute(key(), id, body['to'] as DisputeStatus),
  'POST /_sandbox/invoices/*/receive_payment': ({ control, key, body, id }) => control.money.receivePayment(key(), id, body as FurtherPayment),
  'POST /_sandbox/customers/*/obstruct_finalization': ({ control, key, body, id }) => control.money.obstructFinalization(key(), id, body['message'] as string | undefined),
  'POST /_sandbox/payment_methods/*/renew_card': ({ control, key, body, id }) => control.money.renewCard(key(), id, body),
  'POST /_sandbox/payouts': ({ control, key, body }) => control.money.payOutEvery(key(), { ...(body['days'] !== undefined && { days: Number(body['days']) }), ...(body['fee_in_basis_points'] !== undefined && { feeInBasisPoints: Number(body['fee_in_basis_points']) }), ...(body['fixed_fee'] !== undefined && { fixedFee: Number(body['fixed_fee']) }) }),
  'POST /_sandbox/refunds/*/settle': ({ control, key, body, id }) => control.money.settleRefund(key(), id, body['outcome'] === 'failed' ? 'failed' : 'succeeded'),
  'GET /_sandbox/ledger': ({ control, query }) => control.ledger({ ...(query.get('key') && { key: query.get('key') ?? '' }), ...(query.get('unknown_route') && { unknownRoute: query.get('unknown_route') === 'true' }) }),
  'GET /_sandbox/audit': ({ control, key, query }) => control.audit(key(), { ...(query.get('id_in_metadata') && { idInMetadata: query.get('id_in_metadata') ?? '' }) }),
  'POST /_sandbox/faults': ({ control, body, keyIfGiven }) => control.addFault({ ...(body as unknown as FaultOrder), ...(keyIfGiven !== undefined && { key: keyIfGiven }) }),
  'GET /_sandbox/faults': ({ control, keyIfGiven }) => control.listFaults(keyIfGiven),
  'DELETE /_sandbox/faults': ({ control, keyIfGiven }) => control.clearFaults(keyIfGiven),
  'POST /_sandbox/rate_limits': ({ control, key, body }) => control.limitRates(key(), body as RateLimit),
  'POST /_sandbox/events/disorder': ({ control, body, keyIfGiven }) => control.upsetEvents(body as DeliveryDisorder, keyIfGiven),
  'DELETE /_sandbox/events/disorder': ({ control, keyIfGiven }) => control.upsetEvents({}, keyIfGiven),
  'POST /_sandbox/events/hold': ({ control, keyIfGiven }) => control.holdEvents(keyIfGiven),
  'POST /_sandbox/events/flush': ({ control, keyIfGiven }) => control.flushEvents(keyIfGiven),
  'POST /_sandbox/events/settled': ({ control, key }) => control.eventsSettled(key()),
  'POST /_sandbox/events/forge': ({ control, key, body }) => control.forgeEvent(key(), body as ForgedEvent),
  'POST /_sandbox/events/*/redeliver': ({ control, key, id }) => control.redeliver(key(), id),
  'POST /_sandbox/webhook_endpoints/*/roll_secret': async ({ control, key, body, id }) => ({ secret: await control.rollSecret(key(), id, body['keep_old_for_seconds'] as number | undefined) }),
  'GET /_sandbox/deliveries': ({ control, key }) => control.deliveryList(key()),
  'GET /_sandbox/account': ({ control, key }) => ({ id: control.accountId(key()) }),
  'POST /_sandbox/reset': ({ control, key }) => control.reset(key()),
};

export async function controlAnswer(control: SandboxControl, request: IncomingMessage, url: URL, body: string): Promise<Answer> {
  const parts = url.pathname.split('/');
  // The third segment is the only one that can be an id: /_sandbox/<thing>/<id>/<verb>.
  const candidates = [url.pathname, [...parts.slice(0, 3), '*', ...parts.slice(4)].join('/')];
  const name = candidates.map((path) => `${request.method} ${path}`).find((candidate) => candidate in HANDLERS);
  const handler = name && HANDLERS[name];
  if (!handler) throw new StripeError(404, { type: 'invalid_request_error', message: `The control interface has no ${request.method} ${url.pathname}. It has: ${Object.keys(HANDLERS).join(', ')}` });
  const { authorization } = request.headers;
  const result = await handler({ control, key: () => readApiKey(authorization), keyIfGiven: authorization === undefined ? undefined : readApiKey(authorization), body: parse(body), id: decodeURIComponent(parts[3] ?? ''), query: url.searchParams });
  return jsonAnswer(200, { data: result ?? null });
}

function parse(body: string): Body {
  if (!body) return {};
  try {
    return JSON.parse(body) as Body;
  } catch {
    throw StripeError.malformed('The control interface takes JSON bodies.');
  }
}

function outcomeOf(body: Body): 'approve' | 'fail' {
  const outcome = body['outcome'];
  if (outcome !== 'approve' && outcome !== 'fail') throw StripeError.malformed('outcome must be approve or fail.', 'outcome');
  return outcome;
}
