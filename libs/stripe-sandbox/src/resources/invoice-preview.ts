import type Stripe from 'stripe';
import { objectId } from '../account/object-id.js';
import { present } from '../http/expansion.js';
import { input, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { StripeObject } from '../state/stripe-objects.js';
import { createInvoice } from './invoice-creation.js';
import { createItem, type ItemInput } from './invoice-items.js';
import { retotalDraft } from './invoice-totals.js';
import { refuseUnsupported } from './unsupported-parameters.js';

/** What the next invoice of a customer would say: pending items and the given ones. Nothing is kept of it. */
export function previewInvoice(request: RouteRequest): StripeObject {
  const { account, params } = request;
  const given = input<Stripe.InvoiceCreatePreviewParams>(request);
  refuseUnsupported(params, ['subscription', 'subscription_details', 'schedule', 'schedule_details', 'customer_details', 'customer_account', 'on_behalf_of']);
  if (!given.customer) throw StripeError.invalid('Missing required param: customer.', 'customer', 'parameter_missing');
  return account.rows.tryOut(() => {
    const draft = createInvoice({ ...request, params: { customer: given.customer, currency: given.currency, discounts: given.discounts, pending_invoice_items_behavior: 'include' } });
    for (const item of given.invoice_items ?? []) createItem(account, draft.customer, draft, item as ItemInput);
    retotalDraft(account, draft);
    return { ...present(account, draft), id: objectId('upcoming_in_') };
  });
}
