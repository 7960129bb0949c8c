import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Price, Product } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { decimalText, lineAmount } from './decimal-amount.js';

export const catalogRoutes: Route[] = [
  { operation: 'POST /v1/products', handle: createProduct },
  { operation: 'GET /v1/products', handle: ({ account, params }) => listPage(withIds(whereEqual(account.list('product'), params, ['active']), params['ids']), params, '/v1/products') },
  { operation: 'GET /v1/products/*', handle: (request) => request.account.require('product', firstId(request)) },
  { operation: 'POST /v1/products/*', handle: updateProduct },
  { operation: 'POST /v1/prices', handle: createPrice },
  { operation: 'GET /v1/prices', handle: ({ account, params }) => listPage(whereEqual(account.list('price'), params, ['active', 'currency', 'product', 'type']), params, '/v1/prices') },
  { operation: 'GET /v1/prices/*', handle: (request) => request.account.require('price', firstId(request)) },
];

function createProduct(request: RouteRequest): Product {
  const { account, params } = request;
  const given = input<Stripe.ProductCreateParams>(request);
  if (given.id && account.find('product', given.id)) throw StripeError.invalid(`Product already exists: ${given.id}`, 'id', 'resource_already_exists');
  const product = newProduct(account, given.name, given.metadata, given.id);
  applyFields(product, params, ['active', 'description', 'tax_code', 'unit_label', 'url', 'shippable', 'statement_descriptor']);
  emit(account, 'product.created', product);
  return product;
}

/** Also used for inline `product_data`. */
export function newProduct(account: SandboxAccount, name: string, metadata: Parameters<typeof mergeMetadata>[1], id?: string): Product {
  return account.create('product', 'prod_', { name, active: true, type: 'service', updated: account.now, metadata: mergeMetadata({}, metadata), ...(id && { id }) });
}

function updateProduct(request: RouteRequest): Product {
  const product = request.account.edit('product', firstId(request));
  const previous = applyFields(product, request.params, ['name', 'active', 'description', 'tax_code', 'unit_label', 'url']);
  if (Object.keys(previous).length > 0) emit(request.account, 'product.updated', product, previous);
  return product;
}

function createPrice(request: RouteRequest): Price {
  const { account, params } = request;
  const given = input<Stripe.PriceCreateParams>(request);
  const product = given.product ? account.refer('product', given.product, 'product') : given.product_data && newProduct(account, given.product_data.name, given.product_data.metadata);
  if (!product) throw StripeError.invalid('Give product or product_data.', 'product', 'parameter_missing');
  if (given.unit_amount === undefined && given.unit_amount_decimal === undefined) throw StripeError.invalid('Give unit_amount or unit_amount_decimal.', 'unit_amount', 'parameter_missing');
  const unit = newUnitAmount(given.unit_amount, given.unit_amount_decimal);
  const price = account.create('price', 'price_', {
    ...unit,
    active: true,
    currency: given.currency.toLowerCase(),
    product: product.id,
    type: given.recurring ? 'recurring' : 'one_time',
    recurring: given.recurring
      ? { ...account.contract.blankPart('Price.Recurring'), interval_count: 1, usage_type: 'licensed', ...given.recurring }
      : null,
    metadata: mergeMetadata({}, given.metadata),
  });
  applyFields(price, params, ['active', 'nickname', 'lookup_key', 'tax_behavior']);
  emit(account, 'price.created', price);
  return price;
}

/** `unit_amount` is null on the wire when the decimal has a fraction. */
export function newUnitAmount(unitAmount: number | undefined, unitAmountDecimal: unknown): { unit_amount: number | null; unit_amount_decimal: string } {
  const text = decimalText(unitAmountDecimal ?? unitAmount, 'unit_amount_decimal');
  return { unit_amount: text.includes('.') ? null : lineAmount(text, '1'), unit_amount_decimal: text };
}

function withIds<T extends { id: string }>(objects: T[], ids: unknown): T[] {
  return Array.isArray(ids) ? objects.filter((object) => ids.includes(object.id)) : objects;
}
