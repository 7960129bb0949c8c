import type Stripe from 'stripe';
import { applyFields } from '../http/field-changes.js';
import { linesOf, listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { attachPayment } from './attached-payment.js';
import { setAutomaticTax } from './invoice-taxes.js';
import { announceDraftChange, editDraft } from './invoice-drafts.js';
import { createInvoice, setTerms, UPDATABLE, NOT_PLAYED } from './invoice-creation.js';
import { payInvoice } from './invoice-collection.js';
import { markUncollectible, voidInvoice, sendInvoice } from './invoice-closing.js';
import { claimNumber, finalizeInvoice, scheduleCollection, releaseNumber } from './invoice-finalization.js';
import { previewInvoice } from './invoice-preview.js';
import { setDiscounts } from './invoice-discounts.js';
import { createItem, MAX_ITEMS, putOnInvoice, type ItemInput } from './invoice-items.js';
import { dropItem } from './invoice-items.routes.js';
import { retotalDraft } from './invoice-totals.js';
import { refuseUnsupported } from './unsupported-parameters.js';

export const invoiceRoutes: Route[] = [
  { operation: 'POST /v1/invoices', handle: createInvoice },
  { operation: 'GET /v1/invoices', handle: list },
  { operation: 'POST /v1/invoices/create_preview', handle: previewInvoice },
  { operation: 'GET /v1/invoices/*', handle: (request) => request.account.require('invoice', firstId(request)) },
  { operation: 'POST /v1/invoices/*', handle: update },
  { operation: 'DELETE /v1/invoices/*', handle: remove },
  { operation: 'GET /v1/invoices/*/lines', handle: lines },
  { operation: 'POST /v1/invoices/*/add_lines', handle: addLines },
  { operation: 'POST /v1/invoices/*/remove_lines', handle: removeLines },
  {
    operation: 'POST /v1/invoices/*/finalize',
    handle: (request) => {
      const invoice = request.account.edit('invoice', firstId(request));
      finalizeInvoice(request.account, invoice, input<Stripe.InvoiceFinalizeInvoiceParams>(request).auto_advance);
      return invoice;
    },
  },
  { operation: 'POST /v1/invoices/*/pay', handle: (request) => payInvoice(request.account, firstId(request), input(request)) },
  { operation: 'POST /v1/invoices/*/send', handle: (request) => sendInvoice(request.account, firstId(request)) },
  { operation: 'POST /v1/invoices/*/void', handle: (request) => voidInvoice(request.account, firstId(request)) },
  { operation: 'POST /v1/invoices/*/mark_uncollectible', handle: (request) => markUncollectible(request.account, firstId(request)) },
  { operation: 'POST /v1/invoices/*/attach_payment', handle: (request) => attachPayment(request.account, firstId(request), input(request)) },
  { operation: 'GET /v1/invoice_payments', handle: listPayments },
  { operation: 'GET /v1/invoice_payments/*', handle: (request) => request.account.require('invoice_payment', firstId(request)) },
];

/** Fields that stay open after finalizing; everything else is closed with the draft. */
const ALWAYS_OPEN = ['auto_advance', 'default_payment_method', 'metadata', 'expand', 'payment_settings', 'due_date', 'days_until_due'];

function update(request: RouteRequest): Invoice {
  const { account, params } = request;
  refuseUnsupported(params, NOT_PLAYED);
  const invoice = account.edit('invoice', firstId(request));
  if (invoice.status !== 'draft') {
    const closed = Object.keys(params).find((name) => !ALWAYS_OPEN.includes(name));
    if (closed) throw StripeError.invalid(`Invoice ${invoice.id} is ${invoice.status}: ${closed} can be changed on drafts only.`, closed, 'invoice_not_editable');
  }
  const given = input<Stripe.InvoiceUpdateParams>(request);
  const previous = applyFields(invoice, params, UPDATABLE);
  if (given.number !== undefined) {
    previous['number'] = invoice.number;
    claimNumber(account, invoice, given.number || '');
  }
  if (given.auto_advance && invoice.status === 'open') scheduleCollection(account, invoice);
  setTerms(account, invoice, given);
  Object.assign(previous, setDiscounts(account, invoice, given.discounts));
  if (given.automatic_tax && invoice.status === 'draft') setAutomaticTax(account, invoice, given.automatic_tax.enabled);
  if (invoice.status === 'draft') Object.assign(previous, retotalDraft(account, invoice));
  if (Object.keys(previous).length > 0) emit(account, 'invoice.updated', invoice, previous);
  return invoice;
}

function remove(request: RouteRequest): object {
  const { account } = request;
  const invoice = account.require('invoice', firstId(request));
  if (invoice.status !== 'draft') throw StripeError.invalid(`Invoice ${invoice.id} is ${invoice.status}: only drafts can be deleted. Void it instead.`, undefined, 'invoice_not_editable');
  emit(account, 'invoice.deleted', invoice);
  for (const line of linesOf(account, invoice.id)) dropItem(account, account.require('invoiceitem', line.parent.invoice_item_details.invoice_item));
  releaseNumber(account, invoice);
  account.remove('invoice', invoice.id);
  return { id: invoice.id, object: 'invoice', deleted: true };
}

function lines(request: RouteRequest): object {
  const { account, params } = request;
  const invoice = account.require('invoice', firstId(request));
  return listPage(linesOf(account, invoice.id), params, `/v1/invoices/${invoice.id}/lines`);
}

function addLines(request: RouteRequest): Invoice {
  const { account } = request;
  const given = input<{ lines: (ItemInput & { invoice_item?: string })[] }>(request);
  const invoice = editDraft(account, firstId(request));
  if (linesOf(account, invoice.id).length + given.lines.length > MAX_ITEMS) throw StripeError.invalid(`An invoice holds at most ${MAX_ITEMS} items.`, 'lines');
  for (const line of given.lines) {
    refuseUnsupported(line as Record<string, unknown>, ['discounts', 'tax_rates']);
    if (line.invoice_item) putOnInvoice(account, account.edit('invoiceitem', account.refer('invoiceitem', line.invoice_item, 'lines').id), invoice);
    else createItem(account, invoice.customer, invoice, line);
  }
  announceDraftChange(account, invoice);
  return invoice;
}

function removeLines(request: RouteRequest): Invoice {
  const { account } = request;
  const given = input<Stripe.InvoiceRemoveLinesParams>(request);
  const invoice = editDraft(account, firstId(request));
  for (const { id, behavior } of given.lines) {
    const line = account.refer('line_item', id, 'lines');
    if (line.invoice !== invoice.id) throw StripeError.invalid(`Line ${id} belongs to another invoice.`, 'lines');
    const itemId = line.parent.invoice_item_details.invoice_item;
    if (behavior === 'delete') {
      dropItem(account, account.require('invoiceitem', itemId));
      continue;
    }
    account.remove('line_item', id);
    account.edit('invoiceitem', itemId).invoice = null;
  }
  announceDraftChange(account, invoice);
  return invoice;
}

function list({ account, params }: RouteRequest): object {
  const due = params['due_date'];
  const customer = params['customer'] as string | undefined;
  if (due !== undefined) throw StripeError.invalid('The sandbox does not filter invoices by due_date.', 'due_date');
  return listPage(whereEqual(customer === undefined ? account.list('invoice') : account.children('invoice', customer), params, ['customer', 'status', 'collection_method']), params, '/v1/invoices');
}

function listPayments(request: RouteRequest): object {
  const { account, params } = request;
  const { payment, invoice } = input<Stripe.InvoicePaymentListParams>(request);
  const matching = whereEqual(invoice === undefined ? account.list('invoice_payment') : account.children('invoice_payment', invoice), params, ['invoice', 'status']).filter(
    (entry) => !payment || (entry.payment.type === payment.type && (!payment.payment_intent || entry.payment.payment_intent === payment.payment_intent)),
  );
  return listPage(matching, params, '/v1/invoice_payments');
}
