import type Stripe from 'stripe';
import type {
  OwnerTags,
  ProviderCustomer,
  ProviderPayment,
  ProviderPaymentMethod,
  ProviderPaymentMethodSetup,
  ProviderPaymentStatus,
} from '@tollkeeper/payment-provider';
import { fromStripeAmount } from './stripe-currency.js';

/** Every object of ours carries these, so that it can be found by list after a lost answer. */
export function toMetadata(tags: OwnerTags): Record<string, string> {
  return { tollkeeper_instance: tags.instance, tollkeeper_account: tags.account, tollkeeper_id: tags.id };
}

export function fromMetadata(metadata: Stripe.Metadata | null | undefined): Partial<OwnerTags> {
  const { tollkeeper_instance: instance, tollkeeper_account: account, tollkeeper_id: id } = metadata ?? {};
  return { ...(instance && { instance }), ...(account && { account }), ...(id && { id }) };
}

export function hasTags(metadata: Stripe.Metadata | null | undefined, tags: OwnerTags): boolean {
  return Object.entries(toMetadata(tags)).every(([name, value]) => metadata?.[name] === value);
}

/** A reference is an id, or the object where it was expanded. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

export function expanded<T extends object>(reference: string | T | null | undefined): T | null {
  return typeof reference === 'object' ? reference : null;
}

export function toMillis(seconds: number): number {
  return seconds * 1_000;
}

export function mapCustomer(customer: Stripe.Customer | Stripe.DeletedCustomer): ProviderCustomer {
  if (customer.deleted) {
    return { id: customer.id, name: null, email: null, tags: {}, deleted: true, defaultPaymentMethodId: null };
  }
  return {
    id: customer.id,
    name: customer.name ?? null,
    email: customer.email,
    tags: fromMetadata(customer.metadata),
    deleted: false,
    defaultPaymentMethodId: idOf(customer.invoice_settings.default_payment_method),
  };
}

export function mapPaymentMethod(method: Stripe.PaymentMethod, defaultId: string | null): ProviderPaymentMethod {
  const { card } = method;
  return {
    id: method.id,
    type: method.type,
    isDefault: method.id === defaultId,
    card: card ? { brand: card.brand, last4: card.last4, expMonth: card.exp_month, expYear: card.exp_year } : null,
  };
}

/** @param providerInvoiceId the invoice it pays, which the intent itself does not name */
export function mapPaymentIntent(intent: Stripe.PaymentIntent, providerInvoiceId: string | null): ProviderPayment {
  const charge = expanded(intent.latest_charge);
  const error = intent.last_payment_error;
  return {
    id: intent.id,
    status: paymentStatus(intent),
    amount: fromStripeAmount(intent.amount, intent.currency),
    amountRefunded: fromStripeAmount(charge?.amount_refunded ?? 0, intent.currency),
    isDisputed: charge?.disputed ?? false,
    currency: intent.currency.toUpperCase(),
    createTimeInMillis: toMillis(intent.created),
    failure: error ? { code: error.code ?? error.type, declineCode: error.decline_code ?? null, message: error.message ?? 'The payment failed.', advice: error.advice_code ?? null } : null,
    // After a decline the intent has no method any more; the error names the one that was tried.
    paymentMethodId: idOf(intent.payment_method) ?? error?.payment_method?.id ?? null,
    providerInvoiceId,
    nextActionUrl: intent.next_action?.redirect_to_url?.url ?? null,
    card: chargeCard(charge),
  };
}

/** A charge without a payment intent: made outside this product, yet it can pay an invoice of ours. */
export function mapCharge(charge: Stripe.Charge): ProviderPayment {
  const status = { succeeded: 'succeeded', pending: 'processing', failed: 'failed' }[charge.status as string] ?? 'processing';
  return {
    id: charge.id,
    status: status as ProviderPaymentStatus,
    amount: fromStripeAmount(charge.amount, charge.currency),
    amountRefunded: fromStripeAmount(charge.amount_refunded, charge.currency),
    isDisputed: charge.disputed,
    currency: charge.currency.toUpperCase(),
    createTimeInMillis: toMillis(charge.created),
    failure: charge.failure_code ? { code: charge.failure_code, declineCode: null, message: charge.failure_message ?? 'The payment failed.' } : null,
    paymentMethodId: charge.payment_method,
    providerInvoiceId: null,
    nextActionUrl: null,
    card: chargeCard(charge),
  };
}

export function mapSetupIntent(intent: Stripe.SetupIntent, id: string = intent.id): ProviderPaymentMethodSetup {
  const status = intent.status as string;
  return {
    id,
    status: status === 'succeeded' ? 'succeeded' : status === 'canceled' ? 'ended' : 'pending',
    providerStatus: status,
    providerCustomerId: idOf(intent.customer),
    paymentMethodId: status === 'succeeded' ? idOf(intent.payment_method) : null,
  };
}

/** @param session with `setup_intent` expanded; the method is known to the intent alone */
export function mapSetupSession(session: Stripe.Checkout.Session): ProviderPaymentMethodSetup {
  const intent = expanded(session.setup_intent);
  const sessionStatus = (session.status as string | null) ?? 'open';
  const setup = intent ? mapSetupIntent(intent, session.id) : null;
  return {
    id: session.id,
    status: sessionStatus === 'expired' ? 'ended' : sessionStatus === 'complete' ? (setup?.status ?? 'pending') : 'pending',
    providerStatus: sessionStatus,
    providerCustomerId: idOf(session.customer),
    paymentMethodId: sessionStatus === 'complete' ? (setup?.paymentMethodId ?? null) : null,
  };
}

function paymentStatus(intent: Stripe.PaymentIntent): ProviderPaymentStatus {
  switch (intent.status as string) {
    case 'succeeded':
    case 'processing':
    case 'canceled':
    case 'requires_action':
      return intent.status as ProviderPaymentStatus;
    case 'requires_capture':
      return 'processing';
    default:
      // Stripe goes back to `requires_payment_method` after a decline; only the error tells it from a fresh intent.
      return intent.last_payment_error ? 'failed' : 'requires_payment_method';
  }
}

function chargeCard(charge: Stripe.Charge | null): ProviderPayment['card'] {
  const card = charge?.payment_method_details?.card;
  return card?.brand && card.last4 ? { brand: card.brand, last4: card.last4 } : null;
}
