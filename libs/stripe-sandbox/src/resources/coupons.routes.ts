import type Stripe from 'stripe';
import { objectId } from '../account/object-id.js';
import { mergeMetadata } from '../http/field-changes.js';
import { listPage } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Coupon } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

export const couponRoutes: Route[] = [
  { operation: 'POST /v1/coupons', handle: create },
  { operation: 'GET /v1/coupons', handle: ({ account, params }) => listPage(account.list('coupon'), params, '/v1/coupons') },
  { operation: 'GET /v1/coupons/*', handle: (request) => request.account.require('coupon', firstId(request)) },
  { operation: 'DELETE /v1/coupons/*', handle: remove },
];

function create(request: RouteRequest): Coupon {
  const { account } = request;
  const given = input<Stripe.CouponCreateParams>(request);
  if ((given.amount_off === undefined) === (given.percent_off === undefined)) throw StripeError.invalid('Give either amount_off or percent_off.', 'percent_off', 'parameter_missing');
  if (given.amount_off !== undefined && !given.currency) throw StripeError.invalid('amount_off needs a currency.', 'currency', 'parameter_missing');
  if (given.id && account.find('coupon', given.id)) throw StripeError.invalid(`Coupon already exists: ${given.id}`, 'id', 'resource_already_exists');
  const coupon = account.create('coupon', '', {
    id: given.id ?? objectId('').slice(0, 8),
    amount_off: given.amount_off ?? null,
    currency: given.currency?.toLowerCase() ?? null,
    duration: given.duration ?? 'once',
    max_redemptions: given.max_redemptions ?? null,
    metadata: mergeMetadata({}, given.metadata),
    name: given.name ?? null,
    percent_off: given.percent_off ?? null,
    valid: true,
  });
  emit(account, 'coupon.created', coupon);
  return coupon;
}

/** A deleted coupon can be used no more; discounts made from it stay. */
function remove(request: RouteRequest): object {
  const coupon = request.account.edit('coupon', firstId(request));
  coupon.valid = false;
  emit(request.account, 'coupon.deleted', coupon);
  return { id: coupon.id, object: 'coupon', deleted: true };
}
