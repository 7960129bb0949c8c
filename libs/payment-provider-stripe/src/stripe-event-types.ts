import type Stripe from 'stripe';

/** Stripe's limit of types in one event list. */
export const MAXIMUM_TYPES_PER_LIST = 20;

/**
 * What we subscribe to, in the lists the catch-up reads. `invoice.payment_succeeded` is left out: `invoice.paid` covers it and
 * payments from elsewhere too.
 */
export const EVENT_TYPES_BY_LIST = {
  invoices: [
    'invoice.finalized',
    'invoice.finalization_failed',
    'invoice.paid',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'invoice.voided',
    'invoice.marked_uncollectible',
    'invoice.overpaid',
    'invoice.overdue',
    'invoice.updated',
    'invoice.deleted',
    'invoice_payment.paid',
    'credit_note.created',
    'credit_note.voided',
  ],
  payments: [
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.processing',
    'payment_intent.requires_action',
    'payment_intent.canceled',
    'charge.refunded',
    'refund.created',
    'refund.updated',
    'refund.failed',
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
    'radar.early_fraud_warning.created',
    'radar.early_fraud_warning.updated',
  ],
  customers: [
    'customer.updated',
    'customer.deleted',
    'payment_method.attached',
    'payment_method.detached',
    'payment_method.updated',
    'payment_method.automatically_updated',
    'setup_intent.succeeded',
    'setup_intent.setup_failed',
  ],
} as const satisfies Record<string, readonly Stripe.WebhookEndpointCreateParams.EnabledEvent[]>;

export type EventListName = keyof typeof EVENT_TYPES_BY_LIST;

export const EVENT_TYPES: readonly Stripe.WebhookEndpointCreateParams.EnabledEvent[] = Object.values(EVENT_TYPES_BY_LIST).flat();
