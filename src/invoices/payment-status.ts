import type { ProviderInvoice, ProviderPayment } from '@tollkeeper/payment-provider';
import type { PaymentStatus } from './invoice.entity.js';

/** Why a payment status is what it is; the words of the status table in docs/payment-status.md. */
export type PaymentStatusReason =
  | 'awaiting_review'
  | 'handing_over'
  | 'awaiting_customer'
  | 'overdue'
  | 'processing'
  | 'partly_paid'
  | 'not_linked'
  | 'no_payment_method'
  | 'payment_method_disputed'
  | 'customer_authentication'
  | 'finalization_error'
  | 'missing_tax_location'
  | 'total_mismatch'
  | 'draft_deleted'
  | 'connection_rejected'
  | 'refused_by_provider'
  | 'owed_to_customer'
  | 'declined'
  | 'canceled'
  | 'written_off'
  | 'paid'
  | 'paid_elsewhere'
  | 'provider_balance'
  | 'credited'
  | 'zero'
  | 'carried_forward'
  | 'credit_note'
  | 'voided'
  | 'outcome_unknown'
  | 'unreadable';

export interface PaymentState {
  readonly status: PaymentStatus;
  readonly reason: PaymentStatusReason | null;
  /** A sentence for people where the provider gave one (a decline). */
  readonly message: string | null;
}

export interface PresentState {
  readonly status: PaymentStatus;
  readonly reason: string | null;
  readonly message: string | null;
  /** Whether our hand-over still has a step to make on the open document. */
  readonly handingOver: boolean;
}

export const DRAFT_DELETED: PaymentState = { status: 'requires_action', reason: 'draft_deleted', message: 'The draft was deleted at the provider. Send the invoice again to make a new one.' };

export const NO_TAX_LOCATION: PaymentState = {
  status: 'requires_action',
  reason: 'missing_tax_location',
  message: 'The provider is to compute the tax, and does not know where the customer is. Complete the address, at the provider too, and send the invoice again.',
};

export const WRITTEN_OFF: PaymentState = { status: 'failed', reason: 'written_off', message: null };

/**
 * What the provider's present view of an invoice means, by the status table. Pure: evidence in, status out.
 * @param nowInMillis process time, only to tell an overdue document from one that waits
 */
export function paymentStateOf(snapshot: ProviderInvoice, present: PresentState, nowInMillis: number): PaymentState {
  switch (snapshot.status) {
    case 'paid':
      if (snapshot.paidElsewhere) return state('settled', 'paid_elsewhere');
      if (snapshot.amountDue > 0n) return state('settled', 'paid');
      return state('settled', snapshot.creditedBeforePayment > 0n ? 'credited' : 'provider_balance');
    case 'void':
      return state('not_needed', 'voided');
    case 'uncollectible':
      return WRITTEN_OFF;
    case 'deleted':
      return DRAFT_DELETED;
    case 'draft':
      if (snapshot.lacksTaxLocation && (snapshot.finalizationError !== null || present.reason === 'missing_tax_location')) return NO_TAX_LOCATION;
      if (snapshot.finalizationError !== null) return state('requires_action', 'finalization_error', snapshot.finalizationError);
      return present.handingOver ? state('pending', 'handing_over') : keep(present);
    case 'open':
      return openState(snapshot, present, nowInMillis);
  }
}

/**
 * Where there is no document: what came in, and whether the time to pay has passed.
 * @param nowInMillis account time
 */
export function receivedStateOf(invoice: { amountPaid: bigint; amountOpen: bigint; dueTimeInMillis?: number | null | undefined }, nowInMillis: number): PaymentState {
  if (invoice.amountOpen === 0n) return state('settled', 'paid_elsewhere');
  if (invoice.amountPaid > 0n) return state('pending', 'partly_paid');
  const isOverdue = invoice.dueTimeInMillis != null && invoice.dueTimeInMillis <= nowInMillis;
  return state('pending', isOverdue ? 'overdue' : 'awaiting_customer');
}

/** Nothing on an open document shows these; they end with a payment or with another try. */
const STAY_UNTIL_PAID: ReadonlySet<string> = new Set<PaymentStatusReason>(['no_payment_method', 'payment_method_disputed', 'refused_by_provider']);

function openState(snapshot: ProviderInvoice, present: PresentState, nowInMillis: number): PaymentState {
  const latest = latestPayment(snapshot.payments);
  if (latest?.status === 'processing') return state('pending', 'processing');
  // About to be tried again: what the last attempt came to is no longer what people have to act upon.
  if (present.handingOver) return state('pending', 'handing_over');
  if (latest?.status === 'requires_action' || latest?.failure?.code === 'authentication_required' || latest?.failure?.declineCode === 'authentication_required') {
    return state('requires_action', 'customer_authentication', 'The customer has to confirm the payment on the hosted invoice page.');
  }
  if (latest?.status === 'canceled') return state('failed', 'canceled', latest.failure?.message ?? null);
  if (latest?.failure) return state('failed', 'declined', latest.failure.message);
  if (snapshot.amountPaid > 0n) return state('pending', 'partly_paid');
  if (STAY_UNTIL_PAID.has(present.reason ?? '')) return keep(present);
  if (snapshot.dueTimeInMillis !== null && snapshot.dueTimeInMillis < nowInMillis) return state('pending', 'overdue');
  return state('pending', 'awaiting_customer');
}

/** The one made last; ties by id, so that two processes agree. */
export function latestPayment(payments: readonly ProviderPayment[]): ProviderPayment | undefined {
  return [...payments].sort((a, b) => a.createTimeInMillis - b.createTimeInMillis || (a.id < b.id ? -1 : 1)).at(-1);
}

function keep(present: PresentState): PaymentState {
  return { status: present.status, reason: present.reason as PaymentStatusReason | null, message: present.message };
}

function state(status: PaymentStatus, reason: PaymentStatusReason, message: string | null = null): PaymentState {
  return { status, reason, message };
}
