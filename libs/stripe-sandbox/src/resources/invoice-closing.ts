import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { moveBalance } from './customer-balance.js';
import { finalizeInvoice } from './invoice-finalization.js';
import { releasePayments } from './invoice-payments.js';

export function voidInvoice(account: SandboxAccount, id: string): Invoice {
  const invoice = account.edit('invoice', id);
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw StripeError.invalid(`You can only void an open or uncollectible invoice; ${id} is ${invoice.status}.`);
  const previous = { status: invoice.status };
  releasePayments(account, invoice);
  invoice.status = 'void';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.voided_at = account.now;
  giveBalanceBack(account, invoice);
  emit(account, 'invoice.updated', invoice, previous);
  emit(account, 'invoice.voided', invoice);
  return invoice;
}

/** Credit that the invoice had used up returns to the customer. */
function giveBalanceBack(account: SandboxAccount, invoice: Invoice): void {
  const used = (invoice.ending_balance ?? 0) - invoice.starting_balance;
  if (used === 0 || !account.assumes('void_returns_balance')) return;
  moveBalance(account, invoice.customer, { amount: -used, currency: invoice.currency, type: 'unapplied_from_invoice', invoice: invoice.id });
}

export function markUncollectible(account: SandboxAccount, id: string): Invoice {
  const invoice = account.edit('invoice', id);
  if (invoice.status !== 'open') throw StripeError.invalid(`You can only mark an open invoice as uncollectible; ${id} is ${invoice.status}.`);
  invoice.status = 'uncollectible';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.marked_uncollectible_at = account.now;
  invoice['status_details'] = { uncollectible: { reason: 'manually_marked' } };
  emit(account, 'invoice.updated', invoice, { status: 'open' });
  emit(account, 'invoice.marked_uncollectible', invoice);
  return invoice;
}

/** No mail leaves the sandbox; the event is the whole effect. */
export function sendInvoice(account: SandboxAccount, id: string): Invoice {
  const invoice = account.edit('invoice', id);
  if (invoice.status === 'paid' || invoice.status === 'void' || invoice.status === 'uncollectible') throw StripeError.invalid(`You cannot send the invoice ${id}: it is ${invoice.status}.`);
  if (invoice.status === 'draft') finalizeInvoice(account, invoice, undefined);
  emit(account, 'invoice.sent', invoice);
  return invoice;
}
