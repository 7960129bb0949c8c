import type { ProviderEvent, ProviderEventObject } from '@tollkeeper/payment-provider';
import { toMillis } from './stripe-mapping.js';

/** Only ids are read from an event, so every field is of unknown shape until looked at: it may be rendered in another API version. */
interface EventPayload {
  readonly id?: unknown;
  readonly object?: unknown;
  readonly type?: unknown;
  readonly created?: unknown;
  readonly livemode?: unknown;
  readonly data?: { readonly object?: Fields; readonly previous_attributes?: Fields };
}

type Fields = Readonly<Record<string, unknown>>;

const PAYMENT_METHOD_TYPES = new Set([
  'payment_method.attached',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'setup_intent.succeeded',
  'checkout.session.completed',
  'customer.updated',
]);

/** @returns null for anything that is not a snapshot event (a thin event, another service's body) */
export function mapEvent(payload: unknown): ProviderEvent | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { id, object, type, created, livemode, data }: EventPayload = payload;
  if (object !== 'event' || typeof id !== 'string' || typeof type !== 'string' || typeof created !== 'number') return null;
  const subject = data?.object ?? {};
  const previous = data?.previous_attributes ?? {};
  const providerCustomerId = subject['object'] === 'customer' ? reference(subject['id']) : (reference(subject['customer']) ?? reference(previous['customer']));
  return {
    id,
    type,
    createTimeInMillis: toMillis(created),
    objects: objectsOf(subject, providerCustomerId),
    providerCustomerId,
    paymentMethodChanged: PAYMENT_METHOD_TYPES.has(type),
    isTestMode: livemode !== true,
  };
}

function objectsOf(subject: Fields, customerId: string | null): ProviderEventObject[] {
  const invoice = hint('invoice', subject['invoice']);
  // A refund or dispute names its charge too; the intent is the id our records know.
  const payment = hint('payment', subject['payment_intent'] ?? subject['charge']);
  const customer = hint('customer', customerId);
  switch (subject['object']) {
    case 'invoice':
      return hint('invoice', subject['id']);
    case 'invoice_payment':
      return [...invoice, ...hint('payment', (subject['payment'] as Fields | undefined)?.['payment_intent'])];
    case 'credit_note':
      return [...invoice, ...hint('credit_note', subject['id'])];
    case 'payment_intent':
      return hint('payment', subject['id']);
    case 'charge':
      return hint('payment', subject['payment_intent'] ?? subject['id']);
    case 'refund':
      return [...payment, ...hint('refund', subject['id'])];
    case 'dispute':
    case 'radar.early_fraud_warning':
      return [...payment, ...hint('dispute', subject['id'])];
    case 'setup_intent':
      return [...hint('payment_method_setup', subject['id']), ...customer];
    case 'checkout.session':
      return subject['mode'] === 'setup' ? [...hint('payment_method_setup', subject['id']), ...customer] : [];
    case 'payment_method':
    case 'customer':
      return customer;
    default:
      return [];
  }
}

function hint(kind: ProviderEventObject['kind'], value: unknown): ProviderEventObject[] {
  const id = reference(value);
  return id === null ? [] : [{ kind, id }];
}

function reference(value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value;
  const id = typeof value === 'object' && value !== null ? (value as Fields)['id'] : undefined;
  return typeof id === 'string' ? id : null;
}
