import type Stripe from 'stripe';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { linesOf } from '../http/list-page.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { putOnInvoice } from './invoice-items.js';
import { releasePayments } from './invoice-payments.js';

/** The finalized invoice that a new draft is to replace. Paid and voided ones stay as they are. */
export function revisedInvoice(account: SandboxAccount, given: Stripe.InvoiceCreateParams): Invoice | undefined {
  if (!given.from_invoice) return undefined;
  const original = account.refer('invoice', given.from_invoice.invoice, 'from_invoice[invoice]');
  if (original.status !== 'open' && original.status !== 'uncollectible') throw StripeError.invalid(`Only open and uncollectible invoices can be revised; ${original.id} is ${original.status}.`, 'from_invoice[invoice]');
  if (given.customer && given.customer !== original.customer) throw StripeError.invalid('A revision stays with the customer of its original.', 'customer');
  return original;
}

/** A revision starts with everything its original says. */
export function copyOriginal(account: SandboxAccount, original: Invoice, draft: Invoice): void {
  for (const field of ['description', 'footer', 'custom_fields', 'statement_descriptor', 'default_payment_method', 'collection_method', 'due_date']) draft[field] = structuredClone(original[field]);
  if (account.assumes('revisions_copy_metadata')) draft.metadata = { ...original.metadata };
  draft['from_invoice'] = { action: 'revision', invoice: original.id };
  for (const line of linesOf(account, original.id)) {
    const { id: _original, ...item } = structuredClone(account.require('invoiceitem', line.parent.invoice_item_details.invoice_item));
    const copy = account.create('invoiceitem', 'ii_', { ...item, date: account.now, invoice: null });
    putOnInvoice(account, copy, draft).taxes = structuredClone(line.taxes);
    emit(account, 'invoiceitem.created', copy);
  }
}

/** Finalizing a revision voids what it replaces and says so on it. */
export function replaceOriginal(account: SandboxAccount, revision: Invoice): void {
  const from = revision['from_invoice'] as { invoice: string } | null;
  if (!from) return;
  const original = account.edit('invoice', from.invoice);
  if (original.status !== 'open' && original.status !== 'uncollectible') throw StripeError.invalid(`The invoice ${original.id} that this one revises is ${original.status} by now.`);
  const previous = { status: original.status, latest_revision: original['latest_revision'] ?? null };
  releasePayments(account, original);
  original.status = 'void';
  original.auto_advance = false;
  original.next_payment_attempt = null;
  original.status_transitions.voided_at = account.now;
  original['latest_revision'] = revision.id;
  emit(account, 'invoice.updated', original, previous);
  emit(account, 'invoice.voided', original);
}
