import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import { returnCharge } from '../resources/charge-aftermath.js';
import { payInvoice } from '../resources/invoice-collection.js';
import { finalizeInvoice } from '../resources/invoice-finalization.js';
import { finishProcessing } from '../resources/payment-confirmation.js';
import { arrive, isOnItsWay, payOut, type Payout } from '../resources/payouts.js';
import { settleRefund } from '../resources/refunding.js';
import type { PrivateTables } from '../state/private-rows.js';
import type { CheckoutSession, Invoice } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

/** One thing that time alone brings about, and when. Each runs in a transaction of its own. */
export interface DueJob {
  atInSeconds: number;
  run: () => void;
}

/** What falls due until then, earliest first. Run the first and ask again until none is left: one can bring on the next. */
export function dueJobs(account: SandboxAccount, untilInSeconds: number): DueJob[] {
  const jobs: DueJob[] = [];
  const due = (at: number | null, run: () => void): void => {
    if (at !== null && at <= untilInSeconds) jobs.push({ atInSeconds: at, run });
  };
  for (const [, invoice] of account.rows.entries<Invoice>('invoice')) {
    if (invoice.status === 'draft') due(invoice.automatically_finalizes_at, () => autoFinalize(account, invoice.id));
    if (invoice.status !== 'open') continue;
    due(invoice.next_payment_attempt, () => autoCollect(account, invoice.id));
    if (!account.secret('_invoice_terms', invoice.id)?.overdueAnnounced) due(invoice.due_date, () => announceOverdue(account, invoice));
  }
  for (const [id, { dueAtInSeconds, outcome }] of account.rows.entries<PrivateTables['_refund_outcome']>('_refund_outcome')) due(dueAtInSeconds, () => settleRefund(account, id, outcome));
  for (const [id, { dueAtInSeconds, isPaid }] of account.rows.entries<PrivateTables['_payment_outcome']>('_payment_outcome')) due(dueAtInSeconds, () => finishProcessing(account, id, isPaid));
  for (const [id, { dueAtInSeconds }] of account.rows.entries<PrivateTables['_late_return']>('_late_return')) due(dueAtInSeconds, () => returnCharge(account, id));
  for (const [id, payout] of account.rows.entries<Payout>('payout')) if (isOnItsWay(payout)) due(payout.arrival_date, () => arrive(account, id));
  due(account.secret('_payout_terms', 'terms')?.nextAtInSeconds ?? null, () => payOut(account));
  for (const [, session] of account.rows.entries<CheckoutSession>('checkout.session')) if (session.status === 'open') due(session.expires_at, () => expire(account, session.id));
  return jobs.sort((a, b) => a.atInSeconds - b.atInSeconds);
}

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
