import type Stripe from 'stripe';
import { upperCaseCode } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { searchFilter } from '../http/search-query.js';
import { firstId, input, type Params, type Route, type RouteRequest } from '../http/route.js';
import type { Customer } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { attachPaymentMethod, materialisePaymentMethod } from './payment-method-attachment.js';
import { StripeError } from '../http/stripe-error.js';

const PLAIN_FIELDS = ['name', 'email', 'phone', 'description', 'address', 'shipping', 'preferred_locales', 'tax_exempt', 'balance', 'invoice_prefix', 'next_invoice_sequence'] as const;

export const customerRoutes: Route[] = [
  { operation: 'POST /v1/customers', handle: create },
  { operation: 'GET /v1/customers', handle: list },
  { operation: 'GET /v1/customers/search', handle: search },
  { operation: 'GET /v1/customers/*', handle: (request) => request.account.rows.get<Customer>('customer', firstId(request)) ?? request.account.require('customer', firstId(request)) },
  { operation: 'POST /v1/customers/*', handle: update },
  { operation: 'DELETE /v1/customers/*', handle: remove },
];

function create(request: RouteRequest): Customer {
  const { account, params } = request;
  const given = input<Stripe.CustomerCreateParams>(request);
  const customer = account.create('customer', 'cus_', {
    invoice_prefix: upperCaseCode(8),
    next_invoice_sequence: 1,
    currency: null,
    delinquent: false,
    tax_exempt: 'none',
    preferred_locales: [],
    address: null,
    name: null,
    phone: null,
    discount: null,
    test_clock: null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  });
  applyFields(customer, params, PLAIN_FIELDS);
  customer.metadata = mergeMetadata({}, given.metadata);
  attachGivenMethods(account, customer, given, params);
  emit(account, 'customer.created', customer);
  return customer;
}

function attachGivenMethods(account: SandboxAccount, customer: Customer, given: Stripe.CustomerCreateParams, params: Params): void {
  const attached = given.payment_method && attachPaymentMethod(account, given.payment_method, customer.id);
  // `source` is how callers without an API version still hand over a test card: `tok_visa` is the card of `pm_card_visa`.
  const source = params['source'] as string | undefined;
  if (source) customer.invoice_settings.default_payment_method = attachPaymentMethod(account, source.replace(/^tok_/, 'pm_card_'), customer.id).id;
  const wanted = given.invoice_settings?.default_payment_method;
  if (wanted) {
    const isSame = attached && (wanted === given.payment_method || wanted === attached.id);
    customer.invoice_settings.default_payment_method = isSame ? attached.id : defaultMethod(account, customer, wanted);
  }
}

function update(request: RouteRequest): Customer {
  const { account, params } = request;
  const given = input<Stripe.CustomerUpdateParams>(request);
  const customer = account.edit('customer', firstId(request));
  const previous = applyFields(customer, params, PLAIN_FIELDS);
  const settings = given.invoice_settings;
  if (settings?.default_payment_method !== undefined) {
    previous['invoice_settings'] = { default_payment_method: customer.invoice_settings.default_payment_method };
    customer.invoice_settings.default_payment_method = settings.default_payment_method ? defaultMethod(account, customer, settings.default_payment_method) : null;
  }
  if (settings?.footer !== undefined) customer.invoice_settings.footer = settings.footer || null;
  if (Object.keys(previous).length > 0) emit(account, 'customer.updated', customer, previous);
  return customer;
}

function defaultMethod(account: SandboxAccount, customer: Customer, id: string): string {
  const method = materialisePaymentMethod(account, id, 'invoice_settings[default_payment_method]');
  if (method.customer !== customer.id) {
    throw StripeError.invalid(`The payment method ${method.id} must be attached to the customer ${customer.id} before it can be its default.`, 'invoice_settings[default_payment_method]', 'resource_missing');
  }
  return method.id;
}

function remove(request: RouteRequest): object {
  const { account } = request;
  const customer = account.require('customer', firstId(request));
  for (const method of account.list('payment_method').filter((entry) => entry.customer === customer.id)) {
    account.edit('payment_method', method.id).customer = null;
  }
  emit(account, 'customer.deleted', customer);
  const gone = { id: customer.id, object: 'customer', deleted: true };
  account.rows.put('customer', customer.id, gone);
  return gone;
}

function list(request: RouteRequest): object {
  return listPage(whereEqual(request.account.list('customer'), request.params, ['email']), request.params, '/v1/customers');
}

/** Without Stripe's delay of up to a minute; the pages follow the same cursors as a list. */
function search({ account, params }: RouteRequest): object {
  const matches = searchFilter(String(params['query']));
  const after = params['page'] as string | undefined;
  const page = listPage(account.list('customer').filter(matches), { limit: params['limit'], ...(after && { starting_after: after }) }, '/v1/customers/search');
  return { object: 'search_result', data: page.data, has_more: page.has_more, next_page: page.has_more ? (page.data.at(-1)?.id ?? null) : null, url: page.url };
}
