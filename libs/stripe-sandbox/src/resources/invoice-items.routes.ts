import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { applyFields } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { InvoiceItem } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { createItem, priceItem, refreshLine, type ItemInput } from './invoice-items.js';
import { announceDraftChange, editDraft } from './invoice-drafts.js';
import { refuseUnsupported } from './unsupported-parameters.js';

export const invoiceItemRoutes: Route[] = [
  { operation: 'POST /v1/invoiceitems', handle: create },
  { operation: 'GET /v1/invoiceitems', handle: list },
  { operation: 'GET /v1/invoiceitems/*', handle: (request) => request.account.require('invoiceitem', firstId(request)) },
  { operation: 'POST /v1/invoiceitems/*', handle: update },
  { operation: 'DELETE /v1/invoiceitems/*', handle: (request) => removeItem(request.account, firstId(request)) },
];

const NOT_PLAYED = ['discounts', 'tax_rates', 'subscription', 'customer_account'] as const;

function create(request: RouteRequest): InvoiceItem {
  const { account, params } = request;
  const given = input<Stripe.InvoiceItemCreateParams>(request);
  refuseUnsupported(params, NOT_PLAYED);
  if (!given.customer) throw StripeError.invalid('Missing required param: customer.', 'customer', 'parameter_missing');
  const customer = account.refer('customer', given.customer, 'customer');
  const invoice = given.invoice ? editDraft(account, given.invoice, 'invoice') : undefined;
  if (invoice && invoice.customer !== customer.id) throw StripeError.invalid('The invoice belongs to another customer.', 'invoice');
  const item = createItem(account, customer.id, invoice, params as ItemInput);
  if (invoice) announceDraftChange(account, invoice);
  return item;
}

function update(request: RouteRequest): InvoiceItem {
  const { account, params } = request;
  refuseUnsupported(params, NOT_PLAYED);
  const item = account.edit('invoiceitem', firstId(request));
  const invoice = item.invoice ? editDraft(account, item.invoice, 'invoice') : undefined;
  applyFields(item, params, ['description', 'discountable', 'period']);
  const given = params as ItemInput;
  if ([given.amount, given.quantity, given.quantity_decimal, given.unit_amount_decimal, given.price_data, given.pricing].some((value) => value !== undefined)) {
    const unit = given.unit_amount_decimal ?? (given.amount === undefined ? item.pricing?.unit_amount_decimal : undefined);
    const priced = priceItem(account, { quantity_decimal: item.quantity_decimal, ...given, ...(unit !== undefined && unit !== null && !given.price_data && !given.pricing && { unit_amount_decimal: unit }) });
    Object.assign(item, { amount: priced.amount, net_amount: priced.amount, pricing: priced.pricing, quantity_decimal: priced.quantity, quantity: Math.trunc(Number(priced.quantity)) });
  }
  if (invoice) {
    refreshLine(account, item);
    announceDraftChange(account, invoice);
  }
  return item;
}

/** Takes an item away, from its draft as well. */
export function removeItem(account: SandboxAccount, id: string): object {
  const item = account.require('invoiceitem', id);
  const invoice = item.invoice ? editDraft(account, item.invoice, 'invoice') : undefined;
  dropItem(account, item);
  if (invoice) announceDraftChange(account, invoice);
  return { id, object: 'invoiceitem', deleted: true };
}

/** The item and its line disappear; totals are the caller's business. */
export function dropItem(account: SandboxAccount, item: InvoiceItem): void {
  for (const line of account.children('line_item', item.id)) account.remove('line_item', line.id);
  account.remove('invoiceitem', item.id);
  emit(account, 'invoiceitem.deleted', item);
}

function list({ account, params }: RouteRequest): object {
  const items = whereEqual(account.list('invoiceitem'), params, ['customer', 'invoice']);
  const pending = params['pending'] as boolean | undefined;
  return listPage(pending === undefined ? items : items.filter((item) => (item.invoice === null) === pending), params, '/v1/invoiceitems');
}
