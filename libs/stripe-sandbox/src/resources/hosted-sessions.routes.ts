import type Stripe from 'stripe';
import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { CheckoutSession, PortalSession, StripeObject } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { priceItem, type ItemInput } from './invoice-items.js';
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
  if (given.mode !== 'setup' && given.mode !== 'payment') throw StripeError.invalid('The sandbox plays checkout sessions of mode setup and payment.', 'mode');
  if (given.customer) account.refer('customer', given.customer, 'customer');
  const id = objectId('cs_test_');
  const session = account.create('checkout.session', 'cs_test_', {
    id,
    customer: given.customer ?? null,
    expires_at: given.expires_at ?? account.now + CHECKOUT_LIFE_IN_SECONDS,
    metadata: mergeMetadata({}, given.metadata),
    mode: given.mode,
    payment_method_types: ['card'],
    payment_status: given.mode === 'payment' ? 'unpaid' : 'no_payment_required',
    status: 'open',
    ui_mode: 'hosted_page',
    url: `${account.baseUrl()}/c/pay/${account.id}/${id}`,
  });
  if (given.mode === 'payment') setPrice(account, session, given);
  else session.setup_intent = newSetupIntent(account, { customer: given.customer ?? null, metadata: mergeMetadata({}, given.setup_intent_data?.metadata) }).id;
  applyFields(session, params, ['success_url', 'cancel_url', 'client_reference_id', 'customer_email', 'currency', 'locale']);
  return session;
}

/** What is to be paid; the payment itself is made when the customer submits the page. */
function setPrice(account: SandboxAccount, session: CheckoutSession, given: Stripe.Checkout.SessionCreateParams): void {
  const lines = (given.line_items ?? []).map((line) => priceItem(account, { quantity: line.quantity ?? 1, ...(line.price ? { pricing: { price: line.price } } : { price_data: line.price_data as NonNullable<ItemInput['price_data']> }) }));
  const [first] = lines;
  if (!first) throw StripeError.invalid('Missing required param: line_items.', 'line_items', 'parameter_missing');
  session.amount_total = lines.reduce((sum, line) => sum + line.amount, 0);
  session['amount_subtotal'] = session.amount_total;
  session.currency = (first.currency ?? 'usd').toLowerCase();
  account.keep('_checkout_payment', session.id, { metadata: mergeMetadata({}, given.payment_intent_data?.metadata) });
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
