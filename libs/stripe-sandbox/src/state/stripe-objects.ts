/** The fields the sandbox itself reads or writes; the rest of each object comes blank from the contract. */
export interface StripeObject {
  id: string;
  object: string;
  created?: number;
  metadata?: Record<string, string> | null;
  deleted?: boolean;
  [field: string]: unknown;
}

export interface Customer extends StripeObject {
  created: number;
  balance: number;
  currency: string | null;
  email: string | null;
  name: string | null;
  delinquent: boolean;
  invoice_prefix: string;
  next_invoice_sequence: number;
  invoice_settings: { default_payment_method: string | null; custom_fields: unknown; footer: string | null; rendering_options: unknown };
}

export interface PaymentMethod extends StripeObject {
  created: number;
  customer: string | null;
  type: string;
  card?: { brand: string; last4: string; exp_month: number; exp_year: number; [field: string]: unknown };
  us_bank_account?: { last4: string; [field: string]: unknown };
  sepa_debit?: { last4: string; [field: string]: unknown };
}

export interface Product extends StripeObject {
  name: string;
  active: boolean;
  created: number;
}

export interface Price extends StripeObject {
  active: boolean;
  created: number;
  currency: string;
  product: string;
  type: string;
  unit_amount: number | null;
  unit_amount_decimal: string | null;
}

export interface InvoiceItem extends StripeObject {
  amount: number;
  currency: string;
  customer: string;
  date: number;
  description: string | null;
  invoice: string | null;
  period: { start: number; end: number };
  pricing: LinePricing | null;
  quantity: number;
  quantity_decimal: string;
}

export interface LinePricing {
  type: string;
  unit_amount_decimal: string | null;
  price_details?: { price: string; product: string };
}

export interface LineTax {
  amount: number;
  tax_behavior: 'exclusive' | 'inclusive';
  tax_rate_details: { tax_rate: string };
  taxability_reason: string;
  taxable_amount: number;
  type: 'tax_rate_details';
}

export interface InvoiceLine extends StripeObject {
  amount: number;
  taxes: LineTax[];
  subtotal: number;
  currency: string;
  description: string | null;
  invoice: string;
  parent: { invoice_item_details: { invoice_item: string; [field: string]: unknown }; [field: string]: unknown };
  period: { start: number; end: number };
  pricing: LinePricing | null;
  quantity: number | null;
  quantity_decimal: string | null;
}

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

export interface Invoice extends StripeObject {
  created: number;
  status: InvoiceStatus;
  customer: string;
  currency: string;
  collection_method: 'charge_automatically' | 'send_invoice';
  auto_advance: boolean;
  automatically_finalizes_at: number | null;
  next_payment_attempt: number | null;
  due_date: number | null;
  default_payment_method: string | null;
  discounts: string[];
  number: string | null;
  amount_due: number;
  amount_paid: number;
  amount_remaining: number;
  amount_overpaid: number;
  amount_shipping: number;
  attempt_count: number;
  attempted: boolean;
  subtotal: number;
  total: number;
  starting_balance: number;
  ending_balance: number | null;
  pre_payment_credit_notes_amount: number;
  post_payment_credit_notes_amount: number;
  effective_at: number | null;
  hosted_invoice_url: string | null;
  invoice_pdf: string | null;
  status_transitions: { finalized_at: number | null; marked_uncollectible_at: number | null; paid_at: number | null; voided_at: number | null };
}

export interface InvoicePayment extends StripeObject {
  created: number;
  invoice: string;
  status: 'open' | 'paid' | 'canceled';
  amount_paid: number | null;
  amount_requested: number;
  currency: string;
  is_default: boolean;
  payment: { type: string; payment_intent?: string };
  status_transitions: { canceled_at: number | null; paid_at: number | null };
}

export type PaymentIntentStatus =
  | 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'requires_capture' | 'processing' | 'succeeded' | 'canceled';

export interface PaymentIntent extends StripeObject {
  created: number;
  amount: number;
  amount_capturable: number;
  amount_received: number;
  currency: string;
  customer: string | null;
  payment_method: string | null;
  capture_method: string;
  client_secret: string;
  status: PaymentIntentStatus;
  latest_charge: string | null;
  last_payment_error: unknown;
  next_action: unknown;
  canceled_at: number | null;
  cancellation_reason: string | null;
  setup_future_usage: string | null;
}

export interface SetupIntent extends StripeObject {
  created: number;
  client_secret: string;
  customer: string | null;
  payment_method: string | null;
  status: 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'processing' | 'succeeded' | 'canceled';
  usage: string;
  last_setup_error: unknown;
  next_action: unknown;
  cancellation_reason: string | null;
}

export interface Charge extends StripeObject {
  created: number;
  balance_transaction: string | null;
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  captured: boolean;
  currency: string;
  customer: string | null;
  disputed: boolean;
  payment_intent: string | null;
  payment_method: string | null;
  refunded: boolean;
  paid: boolean;
  status: 'succeeded' | 'failed' | 'pending';
}

export interface Refund extends StripeObject {
  created: number;
  amount: number;
  charge: string;
  currency: string;
  balance_transaction: string | null;
  payment_intent: string | null;
  reason: string | null;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
}

export interface Dispute extends StripeObject {
  created: number;
  amount: number;
  balance_transactions: BalanceTransaction[];
  charge: string;
  currency: string;
  evidence: Record<string, unknown>;
  evidence_details: { due_by: number | null; has_evidence: boolean; submission_count: number; [field: string]: unknown };
  is_charge_refundable: boolean;
  payment_intent: string | null;
  reason: string;
  status: DisputeStatus;
}

export type DisputeStatus =
  | 'warning_needs_response' | 'warning_under_review' | 'warning_closed' | 'needs_response' | 'under_review' | 'won' | 'lost' | 'prevented'
  | 'appeal_needs_response' | 'appeal_under_review';

export interface BalanceTransaction extends StripeObject {
  created: number;
  amount: number;
  currency: string;
  available_on: number;
  fee: number;
  net: number;
  source: string;
  status: 'pending' | 'available';
  type: string;
}

export interface Coupon extends StripeObject {
  created: number;
  amount_off: number | null;
  currency: string | null;
  max_redemptions: number | null;
  percent_off: number | null;
  times_redeemed: number;
  valid: boolean;
}

export interface Discount extends StripeObject {
  invoice: string | null;
  source: { coupon: string; type: string };
}

export interface FraudWarning extends StripeObject {
  created: number;
  actionable: boolean;
  charge: string;
  payment_intent?: string;
}

export interface CreditNote extends StripeObject {
  created: number;
  amount: number;
  invoice: string;
  customer: string;
  pre_payment_amount: number;
  post_payment_amount: number;
  status: 'issued' | 'void';
  voided_at: number | null;
}

export interface StripeEvent extends StripeObject {
  created: number;
  type: string;
  api_version: string;
  pending_webhooks: number;
  data: { object: StripeObject; previous_attributes?: Record<string, unknown> };
  request: { id: string | null; idempotency_key: string | null };
}

export interface WebhookEndpoint extends StripeObject {
  created: number;
  url: string;
  status: 'enabled' | 'disabled';
  enabled_events: string[];
  api_version: string | null;
  description: string | null;
}

export interface CheckoutSession extends StripeObject {
  created: number;
  customer: string | null;
  customer_email: string | null;
  expires_at: number;
  mode: string;
  amount_total: number | null;
  currency: string | null;
  payment_intent: string | null;
  payment_status: 'paid' | 'unpaid' | 'no_payment_required';
  setup_intent: string | null;
  status: 'open' | 'complete' | 'expired';
  success_url: string | null;
  cancel_url: string | null;
  url: string | null;
}

export interface PortalSession extends StripeObject {
  customer: string;
  return_url: string | null;
  url: string;
}

/** Which table holds which object; the sandbox's own tables stand in `private-rows.ts`. */
export interface ObjectTables extends Record<'tax_rate' | 'tax_id', StripeObject> {
  customer: Customer;
  payment_method: PaymentMethod;
  product: Product;
  price: Price;
  invoiceitem: InvoiceItem;
  line_item: InvoiceLine;
  invoice: Invoice;
  invoice_payment: InvoicePayment;
  payment_intent: PaymentIntent;
  setup_intent: SetupIntent;
  charge: Charge;
  refund: Refund;
  dispute: Dispute;
  balance_transaction: BalanceTransaction;
  payout: StripeObject;
  'radar.early_fraud_warning': FraudWarning;
  coupon: Coupon;
  discount: Discount;
  credit_note: CreditNote;
  customer_balance_transaction: StripeObject;
  event: StripeEvent;
  webhook_endpoint: WebhookEndpoint;
  'checkout.session': CheckoutSession;
  'billing_portal.session': PortalSession;
  'billing_portal.configuration': StripeObject;
}
