import type { SuspendReason } from '../../customers/customer.entity.js';
import type { ConnectionSettings } from '../../payment-connections/connection-settings.js';

const DAY_IN_MILLIS = 86_400_000;

/** A locked invoice of which something is open. Times by the account's clock. */
export interface OwedInvoice {
  readonly id: string;
  readonly paymentStatus: string;
  readonly paymentStatusReason: string | null;
  /** The date on the document; the lock where it has none, because it is charged at once. */
  readonly dueTimeInMillis: number;
  /** Another attempt, or the end of the schedule, is to come. */
  readonly isRetried: boolean;
  readonly settings: Pick<ConnectionSettings, 'suspension' | 'suspensionDays'>;
}

export interface SuspensionVerdict {
  /** Why the customer is to be suspended; null: for no reason. */
  readonly suspend: { readonly reason: SuspendReason; readonly invoiceId: string } | null;
  /** Whether a suspension that is there ends. */
  readonly resumes: boolean;
  /** When it may be another verdict although nothing happens. */
  readonly nextTimeInMillis: number | null;
}

/** Pure: what an account's settings make of what a customer owes. @param owed oldest first @param now by the account's clock */
export function suspensionOf(owed: readonly OwedInvoice[], now: number): SuspensionVerdict {
  const overdue = owed.filter((invoice) => invoice.settings.suspension !== 'never' && isOverdue(invoice, now));
  const ended = owed.find((invoice) => invoice.settings.suspension === 'after_retries' && haveRetriesEnded(invoice));
  const late = overdue.find((invoice) => invoice.settings.suspension === 'when_overdue' && lateAt(invoice) <= now);
  const coming = owed.filter(({ settings }) => settings.suspension === 'when_overdue').map(lateAt).filter((time) => time > now);
  const found = ended ? { reason: 'retries_ended' as const, invoiceId: ended.id } : late ? { reason: 'overdue' as const, invoiceId: late.id } : null;
  return { suspend: found, resumes: found === null && overdue.length === 0, nextTimeInMillis: coming.length === 0 ? null : Math.min(...coming) };
}

/** Paying at this moment, perhaps by a bank debit that takes days, is not owing; what the debit comes to is a new look. */
function isOverdue({ paymentStatusReason, dueTimeInMillis }: OwedInvoice, now: number): boolean {
  return paymentStatusReason !== 'processing' && dueTimeInMillis <= now;
}

function haveRetriesEnded({ paymentStatus, paymentStatusReason, isRetried }: OwedInvoice): boolean {
  return paymentStatus === 'failed' && !isRetried && (paymentStatusReason === 'declined' || paymentStatusReason === 'written_off');
}

function lateAt({ dueTimeInMillis, settings }: OwedInvoice): number {
  return dueTimeInMillis + settings.suspensionDays * DAY_IN_MILLIS;
}
