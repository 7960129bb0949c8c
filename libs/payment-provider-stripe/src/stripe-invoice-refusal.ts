import type Stripe from 'stripe';
import { succeeded, type ProviderInvoice, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectObject } from './stripe-answer.js';
import type { StripeCall } from './stripe-call.js';
import { INVOICE_EXPANSIONS, readInvoice } from './stripe-invoice-snapshot.js';
import { expanded, idOf } from './stripe-mapping.js';
import { isMissing, needsAuthentication, outcomeOfError, withoutSecrets } from './stripe-outcome.js';

type StripeRefusal = Stripe.errors.StripeError;

interface FreshInvoice {
  readonly invoice: ProviderInvoice;
  readonly hasPaymentMethod: boolean;
}

/** What an answered `pay` means. The invoice alone may still be open: a bank debit is under way, or the customer has to act. */
export function collectionOutcome(invoice: ProviderInvoice): ProviderOutcome<ProviderInvoice> {
  if (invoice.status === 'paid') return succeeded(invoice);
  const is = (status: string): boolean => invoice.payments.some((payment) => payment.status === status);
  if (is('processing')) return { outcome: 'pending', value: invoice };
  if (is('requires_action')) {
    return { outcome: 'requires_action', reason: 'customer_authentication', message: 'The customer has to authenticate the payment.', value: invoice };
  }
  const failure = invoice.payments.find((payment) => payment.status === 'failed')?.failure;
  if (failure) {
    return { outcome: 'failed', code: 'declined', providerCode: failure.declineCode ?? failure.code, message: failure.message, value: invoice };
  }
  return { outcome: 'pending', value: invoice };
}

/**
 * Why `pay` was refused, told from a fresh invoice: a missing method and a payment under way have no code of their own, and a
 * decline replayed under its key may have been overtaken by a payment.
 */
export async function explainRefusedCollection(call: StripeCall, invoiceId: string, error: StripeRefusal): Promise<ProviderOutcome<ProviderInvoice>> {
  const fresh = await readFresh(call, invoiceId);
  if (!fresh) return outcomeOfError(error);
  const { invoice } = fresh;
  if (invoice.status === 'paid') return succeeded(invoice);
  const message = withoutSecrets(error.message);
  if (needsAuthentication(error)) return { outcome: 'requires_action', reason: 'customer_authentication', message, value: invoice };
  const isPayable = invoice.status === 'open' || invoice.status === 'uncollectible';
  if (isPayable && !fresh.hasPaymentMethod && error.decline_code === undefined) {
    return { outcome: 'requires_action', reason: 'no_payment_method', message: 'The customer has no default payment method at Stripe.', value: invoice };
  }
  return withInvoice(outcomeOfError(error), invoice);
}

/**
 * Missing is the invoice, or what it refers to, such as a customer that was deleted: only the first makes it one that is not there. A look that fails leaves it open which.
 */
export async function explainMissing(call: StripeCall, invoiceId: string, error: StripeRefusal): Promise<ProviderOutcome<ProviderInvoice>> {
  try {
    return withInvoice(outcomeOfError(error), (await retrieve(call, invoiceId)).invoice);
  } catch (ofLook) {
    if (!isMissing(ofLook)) throw ofLook;
    return outcomeOfError(error);
  }
}

/** A refused change of state is done when the invoice is in that state already; else the refusal stands, with the invoice as it is. */
export async function settleRefusal(
  call: StripeCall,
  invoiceId: string,
  error: StripeRefusal,
  isDone: (invoice: ProviderInvoice) => boolean,
): Promise<ProviderOutcome<ProviderInvoice>> {
  const fresh = await readFresh(call, invoiceId);
  if (!fresh) return outcomeOfError(error);
  const { invoice } = fresh;
  if (isDone(invoice)) return succeeded(invoice);
  if (invoice.status === 'draft' && invoice.finalizationError !== null) {
    const refusal = outcomeOfError(error);
    const reason = refusal.outcome === 'requires_action' ? refusal.reason : 'finalization_error';
    return { outcome: 'requires_action', reason, message: withoutSecrets(invoice.finalizationError), value: invoice };
  }
  return withInvoice(outcomeOfError(error), invoice);
}

/** The refusal itself is known, so a read that fails on top of it only costs the explanation. */
async function readFresh(call: StripeCall, invoiceId: string): Promise<FreshInvoice | null> {
  try {
    return await retrieve(call, invoiceId);
  } catch {
    return null;
  }
}

async function retrieve(call: StripeCall, invoiceId: string): Promise<FreshInvoice> {
  const invoice = expectObject(await call.client.invoices.retrieve(invoiceId, { expand: [...INVOICE_EXPANSIONS, 'customer'] }, call.read()), 'invoice');
  return { invoice: await readInvoice(call, invoice), hasPaymentMethod: hasPaymentMethod(invoice) };
}

function hasPaymentMethod(invoice: Stripe.Invoice): boolean {
  const customer = expanded(invoice.customer as string | Stripe.Customer | null);
  const references = [invoice.default_payment_method, invoice.default_source, customer?.invoice_settings?.default_payment_method, customer?.default_source];
  return references.some((reference) => idOf(reference) !== null);
}

function withInvoice(outcome: ReturnType<typeof outcomeOfError>, invoice: ProviderInvoice): ProviderOutcome<ProviderInvoice> {
  return outcome.outcome === 'unknown' ? outcome : { ...outcome, value: invoice };
}
