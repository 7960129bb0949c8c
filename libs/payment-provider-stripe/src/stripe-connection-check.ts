import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { succeeded, type CallContext, type ConnectionCheck, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectObject } from './stripe-answer.js';
import { outcomeOfError } from './stripe-outcome.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';

/** Ids that cannot exist: a key with the permission gets "no such object", one without it 403, and nothing is ever changed. */
const NO_CUSTOMER = 'cus_tollkeeper_permission_probe';
const NO_INVOICE = 'in_tollkeeper_permission_probe';
const NO_METHOD = 'pm_tollkeeper_permission_probe';
const NO_SETUP = 'seti_tollkeeper_permission_probe';
const NO_REFUND = 're_tollkeeper_permission_probe';
const NO_NOTE = 'cn_tollkeeper_permission_probe';
const NO_DISPUTE = 'du_tollkeeper_permission_probe';
const NO_ENDPOINT = 'we_tollkeeper_permission_probe';

type Probe = (client: Stripe, read: Stripe.RequestOptions, write: Stripe.RequestOptions) => Promise<unknown>;

/** By the name Stripe's key page shows. Write permission includes read, so one probe each is enough. */
const PROBES: Readonly<Record<string, Probe>> = {
  'Customers: write': (client, _read, write) => client.customers.update(NO_CUSTOMER, {}, write),
  'Invoices: write': (client, _read, write) => client.invoices.update(NO_INVOICE, {}, write),
  'PaymentMethods: write': (client, _read, write) => client.paymentMethods.attach(NO_METHOD, { customer: NO_CUSTOMER }, write),
  'SetupIntents: write': (client, _read, write) => client.setupIntents.cancel(NO_SETUP, {}, write),
  'Checkout Sessions: write': (client, _read, write) =>
    client.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: NO_CUSTOMER, success_url: 'https://example.com' }, write),
  'Webhook Endpoints: write': (client, _read, write) => client.webhookEndpoints.update(NO_ENDPOINT, {}, write),
  'Disputes: write': (client, _read, write) => client.disputes.update(NO_DISPUTE, {}, write),
  'PaymentIntents: read': (client, read) => client.paymentIntents.list({ limit: 1 }, read),
  'Charges and Refunds: write': (client, _read, write) => client.refunds.update(NO_REFUND, {}, write),
  'Credit notes: write': (client, _read, write) => client.creditNotes.voidCreditNote(NO_NOTE, {}, write),
  'Events: read': (client, read) => client.events.list({ limit: 1 }, read),
};

/** Whose key this is, and, for restricted keys, what it may not do. */
export function checkConnection(calls: StripeCalls, context: CallContext): Promise<ProviderOutcome<ConnectionCheck>> {
  return calls.read(context, async (call) => {
    const account = expectObject(await call.client.accounts.retrieveCurrent({}, call.read()), 'account');
    const missingPermissions = call.key.isRestricted ? await findMissingPermissions(call) : [];
    return succeeded({
      providerAccountId: account.id,
      mode: call.key.mode,
      displayName: account.settings?.dashboard?.display_name ?? account.business_profile?.name ?? null,
      missingPermissions,
    });
  });
}

async function findMissingPermissions(call: StripeCall): Promise<string[]> {
  const results = await Promise.all(Object.entries(PROBES).map(([name, probe]) => lacks(call, name, probe)));
  return results.filter((name) => name !== null);
}

/** @returns the permission's name when the key lacks it; rethrows what says nothing about permissions (no connection, 429, 5xx) */
async function lacks(call: StripeCall, name: string, probe: Probe): Promise<string | null> {
  const { timeout } = call.read();
  try {
    await probe(call.client, { timeout }, { timeout, idempotencyKey: `tollkeeper-permission-probe-${randomUUID()}` });
    return null;
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return name;
    if (outcomeOfError(error).outcome === 'unknown') throw error;
    return null;
  }
}
