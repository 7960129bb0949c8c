/** Every event that the sandbox sends by itself. A spec sees each of them. */
export const EVENT_TYPES = [
  'billing_portal.configuration.created', 'billing_portal.session.created',
  'charge.captured', 'charge.failed', 'charge.refund.updated', 'charge.refunded', 'charge.succeeded',
  'charge.dispute.closed', 'charge.dispute.created', 'charge.dispute.funds_reinstated', 'charge.dispute.funds_withdrawn', 'charge.dispute.updated',
  'checkout.session.completed', 'checkout.session.expired',
  'coupon.created', 'coupon.deleted',
  'credit_note.created', 'credit_note.updated', 'credit_note.voided',
  'customer.created', 'customer.deleted', 'customer.updated', 'customer.tax_id.created', 'customer.tax_id.deleted',
  'invoice.created', 'invoice.deleted', 'invoice.finalization_failed', 'invoice.finalized', 'invoice.marked_uncollectible', 'invoice.overdue', 'invoice.overpaid', 'invoice.paid',
  'invoice.payment_action_required', 'invoice.payment_failed', 'invoice.payment_succeeded', 'invoice.sent', 'invoice.updated', 'invoice.voided',
  'invoice_payment.paid', 'invoiceitem.created', 'invoiceitem.deleted',
  'payment_intent.amount_capturable_updated', 'payment_intent.canceled', 'payment_intent.created', 'payment_intent.payment_failed', 'payment_intent.processing',
  'payment_intent.requires_action', 'payment_intent.succeeded',
  'payment_method.attached', 'payment_method.automatically_updated', 'payment_method.detached', 'payment_method.updated',
  'price.created', 'product.created', 'product.updated',
  'radar.early_fraud_warning.created',
  'refund.created', 'refund.failed', 'refund.updated',
  'setup_intent.canceled', 'setup_intent.created', 'setup_intent.requires_action', 'setup_intent.setup_failed', 'setup_intent.succeeded',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
