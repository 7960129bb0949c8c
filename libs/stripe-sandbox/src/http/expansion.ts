import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Charge, Invoice, StripeObject } from '../state/stripe-objects.js';
import { linesOf } from './list-page.js';
import { StripeError } from './stripe-error.js';

const MAX_DEPTH = 4;

/** The object as an answer or event shows it: a copy, with the lists that Stripe includes. */
export function present(account: SandboxAccount, object: StripeObject, isExpanded = true): StripeObject {
  // Nothing in an event changes what is shown of it, and lists of events are long: without `expand` a copy is not needed.
  if (object.object === 'event' && !isExpanded) return object;
  const shown = structuredClone(object);
  // A preview brings its own lines: by now nothing is left of the draft it was made from.
  const isPreview = object.id.startsWith('upcoming_');
  if (object.object === 'invoice' && !object.deleted && !isPreview) shown['lines'] = sublist(linesOf(account, object.id), `/v1/invoices/${object.id}/lines`);
  return shown;
}

/** Answers a presented object or list with the `expand` paths followed. */
export function expand(account: SandboxAccount, body: object, paths: string[]): object {
  for (const path of paths) {
    const segments = path.split('.');
    const depth = segments.filter((segment) => segment !== 'data').length;
    if (depth > MAX_DEPTH) throw StripeError.invalid(`You cannot expand more than ${MAX_DEPTH} levels of a property (${path}).`, 'expand');
    follow(account, body as Record<string, unknown>, segments, path);
  }
  return body;
}

function follow(account: SandboxAccount, node: unknown, segments: string[], path: string): void {
  const [segment, ...rest] = segments;
  if (segment === undefined || node === null) return;
  if (Array.isArray(node)) return node.forEach((entry) => follow(account, entry, segments, path));
  if (typeof node !== 'object') throw notExpandable(path);
  const holder = node as Record<string, unknown>;
  if (holder[segment] === undefined) {
    const included = INCLUDABLE[String(holder['object'])]?.[segment];
    if (!included) {
      if (holder['deleted'] === true) return;
      throw notExpandable(path);
    }
    holder[segment] = included(account, holder as unknown as StripeObject);
  } else if (typeof holder[segment] === 'string') {
    holder[segment] = referenced(account, holder[segment], path);
  }
  if (Array.isArray(holder[segment])) {
    holder[segment] = holder[segment].map((entry: unknown) => (typeof entry === 'string' ? referenced(account, entry, path) : entry));
  }
  follow(account, holder[segment], rest, path);
}

function referenced(account: SandboxAccount, id: string, path: string): StripeObject {
  const object = account.resolve(id);
  if (!object) throw notExpandable(path);
  return present(account, object);
}

const notExpandable = (path: string): StripeError => StripeError.invalid(`This property cannot be expanded (${path}).`, 'expand');

const sublist = (all: StripeObject[], url: string) => ({ object: 'list', data: structuredClone(all.slice(0, 10)), has_more: all.length > 10, url });

/** Fields that Stripe leaves out unless asked for by `expand`. */
const INCLUDABLE: Record<string, Record<string, (account: SandboxAccount, holder: StripeObject) => unknown>> = {
  invoice: {
    payments: (account, holder) => {
      const payments = account.children('invoice_payment', holder.id);
      return sublist(payments, `/v1/invoice_payments?invoice=${holder.id}`);
    },
    confirmation_secret: (account, holder) => {
      const payment = account.children('invoice_payment', holder.id).find((entry) => entry.is_default);
      const intent = payment?.payment.payment_intent && account.find('payment_intent', payment.payment.payment_intent);
      return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
    },
    amount_paid_off_stripe: (account, holder) => paidOffStripe(account, holder as Invoice),
  },
  charge: {
    refunds: (account, holder) => sublist(account.children('refund', (holder as Charge).id), `/v1/charges/${holder.id}/refunds`),
  },
  customer: {
    sources: (_account, holder) => sublist([], `/v1/customers/${holder.id}/sources`),
    subscriptions: (_account, holder) => sublist([], `/v1/customers/${holder.id}/subscriptions`),
    tax_ids: (_account, holder) => sublist([], `/v1/customers/${holder.id}/tax_ids`),
  },
};

function paidOffStripe(account: SandboxAccount, invoice: Invoice): number {
  const onStripe = account.children('invoice_payment', invoice.id).filter((payment) => payment.status === 'paid');
  return invoice.amount_paid - onStripe.reduce((sum, payment) => sum + (payment.amount_paid ?? 0), 0);
}
