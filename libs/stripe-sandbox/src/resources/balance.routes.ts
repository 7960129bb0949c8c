import type Stripe from 'stripe';
import { mergeMetadata } from '../http/field-changes.js';
import { listPage } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import type { StripeObject } from '../state/stripe-objects.js';
import { moveBalance } from './customer-balance.js';

export const balanceRoutes: Route[] = [
  {
    operation: 'GET /v1/customers/*/balance_transactions',
    handle: (request) => {
      const { id } = request.account.require('customer', firstId(request));
      const own = request.account.children('customer_balance_transaction', id);
      return listPage(own, request.params, `/v1/customers/${id}/balance_transactions`);
    },
  },
  { operation: 'POST /v1/customers/*/balance_transactions', handle: adjust },
  { operation: 'GET /v1/customers/*/balance_transactions/*', handle: (request) => request.account.require('customer_balance_transaction', request.ids[1] ?? '') },
];

function adjust(request: RouteRequest): StripeObject {
  const { account } = request;
  const given = input<Stripe.CustomerCreateBalanceTransactionParams>(request);
  const { id } = account.require('customer', firstId(request));
  return moveBalance(account, id, { amount: given.amount, currency: given.currency.toLowerCase(), type: 'adjustment', description: given.description ?? null, metadata: mergeMetadata({}, given.metadata) });
}
