import type Stripe from 'stripe';
import { applyFields } from '../http/field-changes.js';
import { listPage, whereEqual } from '../http/list-page.js';
import { firstId, input, type Route, type RouteRequest } from '../http/route.js';
import { StripeError } from '../http/stripe-error.js';
import type { CreditNote } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { issueCreditNote } from './credit-note-issue.js';
import { requestRemaining } from './invoice-payments.js';
import { refuseUnsupported } from './unsupported-parameters.js';

export const creditNoteRoutes: Route[] = [
  { operation: 'POST /v1/credit_notes', handle: create },
  { operation: 'GET /v1/credit_notes', handle: ({ account, params }) => listPage(whereEqual(account.list('credit_note'), params, ['customer', 'invoice']), params, '/v1/credit_notes') },
  { operation: 'GET /v1/credit_notes/preview', handle: (request) => request.account.rows.tryOut(() => create(request)) },
  { operation: 'GET /v1/credit_notes/*', handle: (request) => request.account.require('credit_note', firstId(request)) },
  { operation: 'POST /v1/credit_notes/*', handle: update },
  { operation: 'GET /v1/credit_notes/*/lines', handle: lines },
  { operation: 'POST /v1/credit_notes/*/void', handle: voidNote },
];

function create(request: RouteRequest): CreditNote {
  refuseUnsupported(request.params, ['shipping_cost']);
  return issueCreditNote(request.account, input<Stripe.CreditNoteCreateParams>(request));
}

function update(request: RouteRequest): CreditNote {
  const note = request.account.edit('credit_note', firstId(request));
  const previous = applyFields(note, request.params, ['memo']);
  if (Object.keys(previous).length > 0) emit(request.account, 'credit_note.updated', note, previous);
  return note;
}

function lines(request: RouteRequest): object {
  const note = request.account.require('credit_note', firstId(request));
  return listPage(request.account.secret('_credit_note_lines', note.id)?.lines ?? [], request.params, `/v1/credit_notes/${note.id}/lines`);
}

/** Only a note that has not moved money yet can be taken back. */
function voidNote(request: RouteRequest): CreditNote {
  const { account } = request;
  const note = account.edit('credit_note', firstId(request));
  if (note.status === 'void') throw StripeError.invalid('This credit note is already void.');
  const invoice = account.edit('invoice', note.invoice);
  if (note.post_payment_amount > 0 || invoice.status !== 'open') throw StripeError.invalid('Only credit notes on open invoices can be voided.');
  const previous = { amount_due: invoice.amount_due, amount_remaining: invoice.amount_remaining };
  note.status = 'void';
  note.voided_at = account.now;
  invoice.pre_payment_credit_notes_amount -= note.amount;
  invoice.amount_due += note.amount;
  invoice.amount_remaining += note.amount;
  requestRemaining(account, invoice);
  emit(account, 'credit_note.voided', note);
  emit(account, 'invoice.updated', invoice, previous);
  return note;
}
