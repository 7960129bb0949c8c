import type { AssumptionSwitches } from '../assumptions/assumptions.js';
import type { CardBehaviour } from '../cards/card-behaviour.js';
import type { StripeObject } from './stripe-objects.js';

/** What the sandbox remembers beside Stripe's objects, in tables of its own. */
export interface PrivateTables {
  '_clock': { offsetInMillis: number };
  /** What the account takes to be so or not, where it differs from the sandbox. */
  '_assumptions': AssumptionSwitches;
  /** Behaviour of a payment method, by its `pm_` id. */
  '_card': { name: string; behaviour: CardBehaviour; chargesSoFar: number };
  /** Cards made by a control call, by their `pm_card_…` name. */
  '_custom_card': CardBehaviour;
  '_endpoint_secret': { secrets: string[]; previousUntilInSeconds?: number };
  /** Endpoints whose last attempts all failed. */
  '_endpoint_failing': { sinceInSeconds: number };
  '_invoice_terms': { daysUntilDue: number | null; overdueAnnounced: boolean };
  /** Which invoice owns a number. */
  '_invoice_number': { invoice: string };
  '_idempotency': IdempotencyRecord;
  /** Deliveries still to be made; `_delivery_done` holds the others. */
  '_delivery': DeliveryRecord;
  '_delivery_done': DeliveryRecord;
  /** Refunds whose outcome changes later. */
  '_refund_outcome': { dueAtInSeconds: number; outcome: 'succeeded' | 'failed' };
  /** Debits that are under way, by their intent, and how they end. */
  '_payment_outcome': { dueAtInSeconds: number; isPaid: boolean };
  /** Charges that the bank takes back long after they succeeded. */
  '_late_return': { dueAtInSeconds: number };
  /** What charges cost and how often money is paid out, where the account has such terms. */
  '_payout_terms': PayoutTerms;
  /** Movements that are in a payout, by their id. */
  '_paid_out': { payout: string };
  '_return_url': { url: string };
  /** What the payment of a checkout session is to carry once it is made. */
  '_checkout_payment': { metadata: Record<string, string> };
  /** Payments whose surplus the customer's balance never gets, by their intent. */
  '_unbooked_payment': { invoice: string };
  /** Events that were made up on demand; the contract does not bind them. */
  '_forged_event': { type: string };
  /** Customers whose invoices Stripe cannot finalize, and what it says about them. */
  '_finalization_obstacle': { message: string };
  /** Lines of a credit note; the note itself shows the first ten. */
  '_credit_note_lines': { lines: StripeObject[] };
}

export interface IdempotencyRecord {
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  firstSeenAtWallInMillis: number;
  firstSeenAtClockInMillis: number;
}

export interface DeliveryRecord {
  id: string;
  event: string;
  endpoint: string;
  attempts: number;
  /** On the account's clock. */
  nextAttemptAtInMillis: number;
  lastStatus: number | null;
  lastError: string | null;
}

export interface PayoutTerms {
  /** Of each charge, in hundredths of a percent, rounded to the smallest unit; and a fixed amount beside it. */
  feeInBasisPoints: number;
  fixedFee: number;
  everySeconds: number;
  nextAtInSeconds: number;
}
