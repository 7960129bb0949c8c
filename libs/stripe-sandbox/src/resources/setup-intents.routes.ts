import type Stripe from 'stripe';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import type { SetupIntent } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { materialisePaymentMethod } from './payment-method-attachment.js';
import { confirmSetup, newSetupIntent, unexpectedSetupState } from './setup-confirmation.js';

export const setupIntentRoutes: Route[] = [
  { operation: 'POST /v1/setup_intents', handle: create },
  { operation: 'GET /v1/setup_intents', handle: ({ account, params }) => listPage(whereEqual(account.list('setup_intent'), params, ['customer', 'payment_method']), params, '/v1/setup_intents') },
  { operation: 'GET /v1/setup_intents/*', handle: (request) => request.account.require('setup_intent', firstId(request)) },
  { operation: 'POST /v1/setup_intents/*', handle: update },
  {
    operation: 'POST /v1/setup_intents/*/confirm',
    handle: (request) => {
      const given = input<Stripe.SetupIntentConfirmParams>(request);
      const intent = request.account.require('setup_intent', firstId(request));
      return confirmSetup(request.account, intent.id, given.payment_method ?? intent.payment_method, given.return_url);
    },
  },
  { operation: 'POST /v1/setup_intents/*/cancel', handle: cancel },
];

function create(request: RouteRequest): SetupIntent {
  const { account, params } = request;
  const given = input<Stripe.SetupIntentCreateParams>(request);
  if (given.customer) account.refer('customer', given.customer, 'customer');
  const method = given.payment_method ? materialisePaymentMethod(account, given.payment_method) : undefined;
  const intent = newSetupIntent(account, {
    customer: given.customer ?? null,
    payment_method: method?.id ?? null,
    usage: given.usage ?? 'off_session',
    metadata: mergeMetadata({}, given.metadata),
    automatic_payment_methods: given.automatic_payment_methods ? { allow_redirects: 'always', ...given.automatic_payment_methods } : null,
  });
  applyFields(intent, params, ['description']);
  return given.confirm ? confirmSetup(account, intent.id, intent.payment_method, given.return_url) : intent;
}

function update(request: RouteRequest): SetupIntent {
  const { account, params } = request;
  const given = input<Stripe.SetupIntentUpdateParams>(request);
  const intent = account.edit('setup_intent', firstId(request));
  if (given.customer) intent.customer = account.refer('customer', given.customer, 'customer').id;
  if (given.payment_method) {
    intent.payment_method = materialisePaymentMethod(account, given.payment_method).id;
    if (intent.status === 'requires_payment_method') intent.status = 'requires_confirmation';
  }
  applyFields(intent, params, ['description']);
  return intent;
}

function cancel(request: RouteRequest): SetupIntent {
  const intent = request.account.edit('setup_intent', firstId(request));
  if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing') throw unexpectedSetupState(intent, 'cancel');
  intent.status = 'canceled';
  intent.cancellation_reason = input<Stripe.SetupIntentCancelParams>(request).cancellation_reason ?? null;
  intent.next_action = null;
  emit(request.account, 'setup_intent.canceled', intent);
  return intent;
}
