import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import { payInvoice } from '../resources/invoice-collection.js';
import { finalizeInvoice } from '../resources/invoice-finalization.js';
import { settleRefund } from '../resources/refunding.js';
import type { Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

/** One thing that time alone brings about. Each runs in a transaction of its own. */
export type DueJob = () => void;

/** What is due on the account's clock now. Run the jobs and ask again until none is left: one can bring on the next. */
export function dueJobs(account: SandboxAccount): DueJob[] {
  const jobs: DueJob[] = [];
  const { now } = account;
  for (const invoice of account.list('invoice')) {
    if (invoice.status === 'draft' && isDue(invoice.automatically_finalizes_at, now)) jobs.push(() => autoFinalize(account, invoice.id));
    if (invoice.status === 'open' && isDue(invoice.next_payment_attempt, now)) jobs.push(() => autoCollect(account, invoice.id));
    if (invoice.status === 'open' && isDue(invoice.due_date, now) && !account.secret('_invoice_terms', invoice.id)?.overdueAnnounced) jobs.push(() => announceOverdue(account, invoice));
  }
  for (const refund of account.list('refund')) {
    const later = account.secret('_refund_outcome', refund.id);
    if (later && later.dueAtInSeconds <= now) jobs.push(() => settleRefund(account, refund.id, later.outcome));
  }
  for (const session of account.list('checkout.session')) {
    if (session.status === 'open' && session.expires_at <= now) jobs.push(() => expire(account, session.id));
  }
  return jobs;
}

const isDue = (at: number | null, now: number): boolean => at !== null && at <= now;

function autoFinalize(account: SandboxAccount, id: string): void {
  finalizeInvoice(account, account.edit('invoice', id), undefined);
}

/** A refused automatic payment, or one that came too late (already processing), is nobody's request: time goes on. */
function autoCollect(account: SandboxAccount, id: string): void {
  account.edit('invoice', id).next_payment_attempt = null;
  try {
    payInvoice(account, id, {});
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
  }
}

function announceOverdue(account: SandboxAccount, invoice: Invoice): void {
  const daysUntilDue = account.secret('_invoice_terms', invoice.id)?.daysUntilDue ?? null;
  account.keep('_invoice_terms', invoice.id, { daysUntilDue, overdueAnnounced: true });
  emit(account, 'invoice.overdue', invoice);
}

function expire(account: SandboxAccount, id: string): void {
  const session = account.edit('checkout.session', id);
  session.status = 'expired';
  session.url = null;
  emit(account, 'checkout.session.expired', session);
}
