import type Stripe from 'stripe';
import { listPage } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { StripeObject } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

export const taxIdRoutes: Route[] = [
  { operation: 'POST /v1/customers/*/tax_ids', handle: create },
  { operation: 'GET /v1/customers/*/tax_ids', handle: (request) => listPage(ofCustomer(request), request.params, `/v1/customers/${firstId(request)}/tax_ids`) },
  { operation: 'GET /v1/customers/*/tax_ids/*', handle: one },
  { operation: 'DELETE /v1/customers/*/tax_ids/*', handle: remove },
];

/** A member state and some characters; other kinds are taken as they are. */
const EU_VAT = /^[A-Z]{2}[0-9A-Z+*]{2,12}$/;

function create(request: RouteRequest): StripeObject {
  const { account } = request;
  const customer = account.require('customer', firstId(request)).id;
  const { type, value } = input<Stripe.CustomerCreateTaxIdParams>(request);
  if (type === 'eu_vat' && !EU_VAT.test(value)) throw StripeError.invalid('Invalid value for eu_vat.', 'value', 'tax_id_invalid');
  const country = /^[A-Z]{2}/.exec(value)?.[0] ?? type.slice(0, 2).toUpperCase();
  const taxId = account.create('tax_id', 'txi_', { country, customer, owner: { type: 'customer', customer, customer_account: null }, type, value, verification: { status: 'pending', verified_address: null, verified_name: null } });
  emit(account, 'customer.tax_id.created', taxId);
  return taxId;
}

function ofCustomer(request: RouteRequest): StripeObject[] {
  const { id } = request.account.require('customer', firstId(request));
  return request.account.list('tax_id').filter(({ customer }) => customer === id);
}

function one(request: RouteRequest): StripeObject {
  const taxId = request.account.require('tax_id', request.ids[1] ?? '');
  if (taxId['customer'] !== firstId(request)) throw StripeError.missing('tax id', taxId.id, 'id', 404);
  return taxId;
}

function remove(request: RouteRequest): object {
  const taxId = one(request);
  emit(request.account, 'customer.tax_id.deleted', taxId);
  request.account.remove('tax_id', taxId.id);
  return { id: taxId.id, object: 'tax_id', deleted: true };
}
