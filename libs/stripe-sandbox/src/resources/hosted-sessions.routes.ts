import type Stripe from 'stripe';
import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { CheckoutSession, PortalSession, StripeObject } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { newSetupIntent } from './setup-confirmation.js';

/** How long a checkout page stays open. */
const CHECKOUT_LIFE_IN_SECONDS = 86_400;

export const hostedSessionRoutes: Route[] = [
  { operation: 'POST /v1/checkout/sessions', handle: createCheckout },
  { operation: 'GET /v1/checkout/sessions', handle: ({ account, params }) => listPage(whereEqual(account.list('checkout.session'), params, ['customer', 'status']), params, '/v1/checkout/sessions') },
  { operation: 'GET /v1/checkout/sessions/*', handle: (request) => request.account.require('checkout.session', firstId(request)) },
  { operation: 'POST /v1/checkout/sessions/*/expire', handle: (request) => expireCheckout(request.account, firstId(request)) },
  { operation: 'POST /v1/billing_portal/sessions', handle: createPortal },
  { operation: 'POST /v1/billing_portal/configurations', handle: createConfiguration },
  { operation: 'GET /v1/billing_portal/configurations', handle: ({ account, params }) => listPage(whereEqual(account.list('billing_portal.configuration'), params, ['active', 'is_default']), params, '/v1/billing_portal/configurations') },
  { operation: 'GET /v1/billing_portal/configurations/*', handle: (request) => request.account.require('billing_portal.configuration', firstId(request)) },
];

function createCheckout(request: RouteRequest): CheckoutSession {
  const { account, params } = request;
  const given = input<Stripe.Checkout.SessionCreateParams>(request);
  if (given.mode !== 'setup') throw StripeError.invalid('The sandbox plays checkout sessions of mode setup only.', 'mode');
  if (given.customer) account.refer('customer', given.customer, 'customer');
  const id = objectId('cs_test_');
  const setup = newSetupIntent(account, { customer: given.customer ?? null, metadata: mergeMetadata({}, given.setup_intent_data?.metadata) });
  const session = account.create('checkout.session', 'cs_test_', {
    id,
    customer: given.customer ?? null,
    expires_at: given.expires_at ?? account.now + CHECKOUT_LIFE_IN_SECONDS,
    metadata: mergeMetadata({}, given.metadata),
    mode: 'setup',
    payment_method_types: ['card'],
    payment_status: 'no_payment_required',
    setup_intent: setup.id,
    status: 'open',
    ui_mode: 'hosted_page',
    url: `${account.baseUrl()}/c/pay/${account.id}/${id}`,
  });
  applyFields(session, params, ['success_url', 'cancel_url', 'client_reference_id', 'customer_email', 'currency', 'locale']);
  return session;
}

function expireCheckout(account: SandboxAccount, id: string): CheckoutSession {
  const session = account.edit('checkout.session', id);
  if (session.status !== 'open') throw StripeError.invalid(`Only open sessions can be expired; ${id} is ${session.status}.`);
  session.status = 'expired';
  session.url = null;
  emit(account, 'checkout.session.expired', session);
  return session;
}

function createPortal(request: RouteRequest): PortalSession {
  const { account, params } = request;
  const given = input<Stripe.BillingPortal.SessionCreateParams>(request);
  if (!given.customer) throw StripeError.invalid('Missing required param: customer.', 'customer', 'parameter_missing');
  account.refer('customer', given.customer, 'customer');
  const configuration = given.configuration ? account.refer('billing_portal.configuration', given.configuration, 'configuration') : defaultConfiguration(account);
  const id = objectId('bps_');
  const session = account.create('billing_portal.session', 'bps_', {
    id,
    configuration: configuration.id,
    customer: given.customer,
    url: `${account.baseUrl()}/p/session/${account.id}/${id}`,
  });
  applyFields(session, params, ['return_url', 'locale']);
  emit(account, 'billing_portal.session.created', session);
  return session;
}

function defaultConfiguration(account: SandboxAccount): StripeObject {
  return account.list('billing_portal.configuration').find((entry) => entry['is_default']) ?? newConfiguration(account, { is_default: true });
}

function createConfiguration(request: RouteRequest): StripeObject {
  const given = input<Stripe.BillingPortal.ConfigurationCreateParams>(request);
  const configuration = newConfiguration(request.account, { is_default: false, metadata: mergeMetadata({}, given.metadata) });
  applyFields(configuration, request.params, ['default_return_url', 'name']);
  return configuration;
}

function newConfiguration(account: SandboxAccount, fields: Partial<StripeObject>): StripeObject {
  const configuration = account.create('billing_portal.configuration', 'bpc_', { active: true, metadata: {}, updated: account.now, ...fields });
  emit(account, 'billing_portal.configuration.created', configuration);
  return configuration;
}
