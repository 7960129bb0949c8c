/** Plain snapshots of provider objects: what a fetch or a call answers. Amounts are integers in the ISO minor unit. */

/** Metadata every object of ours carries at the provider, so that it can be found by list after a lost answer. */
export interface OwnerTags {
  readonly instance: string;
  readonly account: string;
  /** Our id of the thing: a customerId, an invoice id. */
  readonly id: string;
}

export interface ProviderCustomer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly tags: Partial<OwnerTags>;
  readonly deleted: boolean;
  readonly defaultPaymentMethodId: string | null;
}

export interface ProviderPaymentMethod {
  readonly id: string;
  readonly type: string;
  readonly isDefault: boolean;
  readonly card: { readonly brand: string; readonly last4: string; readonly expMonth: number; readonly expYear: number } | null;
}

/** A customer's visit to enter a payment method, on the provider's page or through its client script. */
export interface ProviderPaymentMethodSetup {
  readonly id: string;
  /** `succeeded`: the method is attached; `pending`: the customer has not finished; `ended`: expired, canceled or refused. */
  readonly status: 'pending' | 'succeeded' | 'ended';
  /** The provider's own word. */
  readonly providerStatus: string;
  readonly providerCustomerId: string | null;
  /** The method entered; set once succeeded. It is not yet the default. */
  readonly paymentMethodId: string | null;
}

export interface ProviderInvoiceLine {
  readonly description: string;
  readonly amount: bigint;
}

export type ProviderInvoiceStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible' | 'deleted';

export interface ProviderInvoice {
  readonly id: string;
  readonly status: ProviderInvoiceStatus;
  /** The provider's own status word, shown as `providerStatus`. */
  readonly providerStatus: string;
  readonly number: string | null;
  readonly providerCustomerId: string;
  readonly currency: string;
  readonly subtotal: bigint;
  /** Taken off the subtotal by people at the provider; we give none there. */
  readonly discount: bigint;
  /** Subtotal less discount, with the tax on top of it. */
  readonly total: bigint;
  /** On top of the subtotal and within it. */
  readonly tax: bigint;
  /** The part of the tax that the subtotal holds. */
  readonly taxIncluded: bigint;
  /** The provider is to tax it by its own rates, and does not know where the customer is. */
  readonly lacksTaxLocation: boolean;
  readonly amountDue: bigint;
  readonly amountPaid: bigint;
  readonly amountRemaining: bigint;
  readonly startingBalance: bigint;
  readonly endingBalance: bigint | null;
  /** Whether any attempt to collect was made. */
  readonly attempted: boolean;
  readonly attemptCount: number;
  readonly nextAttemptTimeInMillis: number | null;
  /** Whether the provider charges it by its own schedule. */
  readonly collectsByItself: boolean;
  readonly dueTimeInMillis: number | null;
  /** True where the money came in outside the provider (marked paid). */
  readonly paidElsewhere: boolean;
  readonly hostedUrl: string | null;
  readonly documentUrl: string | null;
  readonly lineCount: number;
  /** The finalized document that replaced this one, where people revised it there. */
  readonly latestRevisionId: string | null;
  readonly finalizationError: string | null;
  /** Taken off what is due by credit notes before it was paid. */
  readonly creditedBeforePayment: bigint;
  /** Given back by credit notes after it was paid: refunded, put on the customer's balance, or returned outside. */
  readonly creditedAfterPayment: bigint;
  /** Paid beyond what was due; the provider has put it on the customer's balance, which is how it was given back. */
  readonly amountOverpaid: bigint;
  readonly tags: Partial<OwnerTags>;
  readonly payments: readonly ProviderPayment[];
}

export type ProviderPaymentStatus = 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled';

/** One payment of an invoice document, or a direct charge. */
export interface ProviderPayment {
  readonly id: string;
  readonly status: ProviderPaymentStatus;
  readonly amount: bigint;
  readonly amountRefunded: bigint;
  /** Whether the customer's bank has taken it back or asked about it at any time; the disputes themselves say more. */
  readonly isDisputed: boolean;
  readonly currency: string;
  readonly createTimeInMillis: number;
  readonly failure: { readonly code: string; readonly declineCode: string | null; readonly message: string; readonly advice?: string | null } | null;
  /** The method this payment was last tried with; tells a retry with another card from one with the same. */
  readonly paymentMethodId: string | null;
  /** The invoice document it belongs to; null for a payment without one. */
  readonly providerInvoiceId: string | null;
  /** Where the customer completes an authentication, when there is one. */
  readonly nextActionUrl: string | null;
  readonly card: { readonly brand: string; readonly last4: string } | null;
}

export type ProviderRefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

/** Money of one payment on its way back to the customer. One that failed or was canceled has left the money with the payment. */
export interface ProviderRefund {
  readonly id: string;
  readonly status: ProviderRefundStatus;
  /** The provider's own word. */
  readonly providerStatus: string;
  readonly amount: bigint;
  readonly currency: string;
  /** As our payment records name it. */
  readonly providerPaymentId: string | null;
  readonly reason: string | null;
  readonly failure: string | null;
  readonly tags: Partial<OwnerTags>;
  readonly createTimeInMillis: number;
}

/** Takes some of a finalized document back: off what is due while it is open, as money given back once it is paid. */
export interface ProviderCreditNote {
  readonly id: string;
  readonly status: 'issued' | 'void';
  /** The provider's own word. */
  readonly providerStatus: string;
  readonly number: string | null;
  readonly providerInvoiceId: string;
  readonly amount: bigint;
  readonly currency: string;
  /** What of the amount is tax, as the note states it; null where it states none. */
  readonly tax: bigint | null;
  /** The part that lowered what was due. */
  readonly beforePayment: bigint;
  /** The parts that gave money back; with `beforePayment` they make up the amount. */
  readonly refunded: bigint;
  readonly toBalance: bigint;
  readonly outside: bigint;
  /** The refunds it made. */
  readonly refundIds: readonly string[];
  readonly reason: string | null;
  readonly memo: string | null;
  readonly documentUrl: string | null;
  readonly tags: Partial<OwnerTags>;
  readonly createTimeInMillis: number;
}

export type ProviderObjectKind = 'customer' | 'invoice' | 'payment' | 'payment_method_setup' | 'refund' | 'credit_note' | 'dispute';

/** Webhook or event-list entry, reduced to a hint: which object to fetch. Nothing else of it is believed. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  readonly createTimeInMillis: number;
  /** Objects to fetch; empty for types we keep but do not act upon. */
  readonly objects: readonly ProviderEventObject[];
  /** The provider's customer the event concerns, when it names one. */
  readonly providerCustomerId: string | null;
  /** True for events that may unblock a waiting collection (a method was added). */
  readonly paymentMethodChanged: boolean;
  readonly isTestMode: boolean;
}

export interface ProviderEventObject {
  readonly kind: ProviderObjectKind;
  readonly id: string;
}
