import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { retotalDraft } from './invoice-totals.js';

/** Opens a draft for changes; anything later is closed for ever. */
export function editDraft(account: SandboxAccount, id: string, param?: string): Invoice {
  if (param) account.refer('invoice', id, param);
  const invoice = account.edit('invoice', id);
  if (invoice.status !== 'draft') throw StripeError.invalid(`Invoice ${id} is ${invoice.status}: only drafts can be changed. Void it, or issue a credit note.`, param, 'invoice_not_editable');
  return invoice;
}

/** Totals follow the lines, and a change of them is an event. */
export function announceDraftChange(account: SandboxAccount, invoice: Invoice): void {
  const previous = retotalDraft(account, invoice);
  if (Object.keys(previous).length > 0) emit(account, 'invoice.updated', invoice, previous);
}
