import type Stripe from 'stripe';
import { mergeMetadata } from '../http/field-changes.js';
import { listPage } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { StripeObject } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

export const balanceRoutes: Route[] = [
  {
    operation: 'GET /v1/customers/*/balance_transactions',
    handle: (request) => {
      const { id } = request.account.require('customer', firstId(request));
      const own = request.account.list('customer_balance_transaction').filter((entry) => entry['customer'] === id);
      return listPage(own, request.params, `/v1/customers/${id}/balance_transactions`);
    },
  },
  { operation: 'POST /v1/customers/*/balance_transactions', handle: adjust },
  { operation: 'GET /v1/customers/*/balance_transactions/*', handle: (request) => request.account.require('customer_balance_transaction', request.ids[1] ?? '') },
];

function adjust(request: RouteRequest): StripeObject {
  const { account } = request;
  const given = input<Stripe.CustomerCreateBalanceTransactionParams>(request);
  const customer = account.edit('customer', firstId(request));
  const currency = given.currency.toLowerCase();
  if (customer.currency !== null && customer.currency !== currency) throw StripeError.invalid(`The customer's balance is kept in ${customer.currency}.`, 'currency');
  const before = customer.balance;
  customer.currency = currency;
  customer.balance += given.amount;
  emit(account, 'customer.updated', customer, { balance: before });
  return account.create('customer_balance_transaction', 'cbtxn_', {
    amount: given.amount,
    currency,
    customer: customer.id,
    description: given.description ?? null,
    ending_balance: customer.balance,
    metadata: mergeMetadata({}, given.metadata),
    type: 'adjustment',
  });
}
