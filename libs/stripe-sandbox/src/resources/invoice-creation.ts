import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { applyFields, mergeMetadata } from '../http/field-changes.js';
import { input, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { claimNumber } from './invoice-finalization.js';
import { MAX_ITEMS, putOnInvoice } from './invoice-items.js';
import { setDiscounts } from './invoice-discounts.js';
import { copyOriginal, revisedInvoice } from './invoice-revision.js';
import { setAutomaticTax } from './invoice-taxes.js';
import { retotalDraft } from './invoice-totals.js';
import { refuseUnsupported } from './unsupported-parameters.js';

export const UPDATABLE = ['auto_advance', 'collection_method', 'custom_fields', 'default_payment_method', 'description', 'due_date', 'effective_at', 'footer', 'statement_descriptor'] as const;

/** Parameters that would change what is charged and that the sandbox does not compute. */
export const NOT_PLAYED = ['default_tax_rates', 'shipping_cost', 'subscription', 'application_fee_amount', 'transfer_data', 'customer_account', 'on_behalf_of'] as const;

/** A draft made by hand finalizes by itself this long after it was created, if `auto_advance` is on. */
const AUTO_FINALIZE_AFTER_SECONDS = 3600;

/** Stripe's default currency of the sandbox account. */
const DEFAULT_CURRENCY = 'usd';

export function createInvoice(request: RouteRequest): Invoice {
  const { account, params } = request;
  const given = input<Stripe.InvoiceCreateParams>(request);
  refuseUnsupported(params, NOT_PLAYED);
  const original = revisedInvoice(account, given);
  const customerId = given.customer ?? original?.customer;
  if (!customerId) throw StripeError.invalid('Missing required param: customer.', 'customer', 'parameter_missing');
  const customer = account.refer('customer', customerId, 'customer');
  const pending = given.pending_invoice_items_behavior === 'include' ? account.list('invoiceitem').filter((item) => item.customer === customer.id && item.invoice === null) : [];
  const currency = (given.currency ?? original?.currency ?? pending[0]?.currency ?? customer.currency ?? defaultCurrency(account)).toLowerCase();
  const taken = pending.filter((item) => item.currency === currency);
  if (taken.length > MAX_ITEMS) throw StripeError.invalid(`An invoice holds at most ${MAX_ITEMS} items.`, 'pending_invoice_items_behavior');
  const invoice = account.create('invoice', 'in_', {
    account_country: 'US',
    account_name: 'Stripe sandbox',
    auto_advance: false,
    billing_reason: 'manual',
    collection_method: 'charge_automatically',
    currency,
    customer: customer.id,
    customer_address: customer['address'],
    customer_email: customer.email,
    customer_name: customer.name,
    customer_phone: customer['phone'],
    customer_shipping: customer['shipping'],
    customer_tax_exempt: customer['tax_exempt'],
    customer_tax_ids: account.list('tax_id').filter(({ customer: owner }) => owner === customer.id).map(({ type, value }) => ({ type, value })),
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    metadata: mergeMetadata({}, given.metadata),
    period_start: account.now,
    period_end: account.now,
    status: 'draft',
    total_discount_amounts: [],
    total_pretax_credit_amounts: [],
    total_taxes: [],
  });
  if (original) copyOriginal(account, original, invoice);
  applyFields(invoice, params, UPDATABLE.filter((name) => name !== 'default_payment_method'));
  if (given.default_payment_method) invoice.default_payment_method = account.refer('payment_method', given.default_payment_method, 'default_payment_method').id;
  if (given.number) claimNumber(account, invoice, given.number);
  setAutomaticTax(account, invoice, given.automatic_tax?.enabled ?? false);
  setTerms(account, invoice, given);
  if (invoice.collection_method === 'send_invoice' && given.days_until_due === undefined && invoice.due_date === null) {
    throw StripeError.invalid('send_invoice needs days_until_due or due_date.', 'days_until_due', 'parameter_missing');
  }
  if (invoice.auto_advance) invoice.automatically_finalizes_at = account.now + AUTO_FINALIZE_AFTER_SECONDS;
  for (const item of [...taken].reverse()) putOnInvoice(account, account.edit('invoiceitem', item.id), invoice);
  setDiscounts(account, invoice, given.discounts);
  retotalDraft(account, invoice);
  emit(account, 'invoice.created', invoice);
  return invoice;
}

function defaultCurrency(account: SandboxAccount): string {
  if (!account.assumes('currency_defaults_to_usd')) throw StripeError.invalid('Missing required param: currency.', 'currency', 'parameter_missing');
  return DEFAULT_CURRENCY;
}

/** `days_until_due` is not shown on the invoice; it becomes `due_date` when the invoice is finalized. */
export function setTerms(account: SandboxAccount, invoice: Invoice, given: { days_until_due?: number }): void {
  const daysUntilDue = given.days_until_due ?? account.secret('_invoice_terms', invoice.id)?.daysUntilDue ?? null;
  account.keep('_invoice_terms', invoice.id, { daysUntilDue, overdueAnnounced: false });
}
