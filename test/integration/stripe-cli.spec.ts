import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { startReceiver, type WebhookReceiver } from '../../libs/stripe-sandbox/src/testing/index.js';

const KEY = 'sk_test_sandbox_cli';
const WEBHOOK_TOLERANCE_IN_SECONDS = 300;

/** Stripe's own command line plays its own scenarios: it knows the sandbox only through the protocol. */
const SCENARIOS = [
  'invoice.created', 'invoice.finalized', 'invoice.sent', 'invoice.updated', 'invoice.deleted',
  'invoice.paid', 'invoice.payment_succeeded', 'invoice.payment_failed', 'invoice.payment_action_required', 'invoice.voided', 'invoice.marked_uncollectible',
  'invoiceitem.created', 'invoiceitem.deleted',
  'payment_intent.created', 'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.processing', 'payment_intent.requires_action',
  'payment_intent.canceled', 'payment_intent.amount_capturable_updated',
  'setup_intent.created', 'setup_intent.succeeded', 'setup_intent.setup_failed', 'setup_intent.requires_action', 'setup_intent.canceled',
  'payment_method.attached', 'payment_method.detached', 'payment_method.updated',
  'customer.created', 'customer.updated', 'customer.deleted',
  'charge.succeeded', 'charge.failed', 'charge.captured', 'charge.refunded', 'charge.refund.updated',
  'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed',
  'credit_note.created', 'credit_note.updated', 'credit_note.voided', 'coupon.created', 'coupon.deleted',
  'product.created', 'product.updated', 'price.created',
  'billing_portal.session.created', 'billing_portal.configuration.created', 'checkout.session.expired',
];

/** Scenarios about objects served here that need what is not: undocumented checkout calls, bank balances, updates of catalogue and coupons. */
const NOT_PLAYED = [
  'checkout.session.async_payment_failed', 'checkout.session.async_payment_succeeded', 'checkout.session.completed',
  'payment_intent.partially_funded', 'billing_portal.configuration.updated', 'coupon.updated', 'price.updated', 'product.deleted',
];

const SERVED = /^(invoice|invoiceitem|payment_intent|setup_intent|payment_method|customer|charge|credit_note|coupon|product|price|billing_portal|checkout)\./;
const NOT_SERVED = /^customer\.(discount|source|subscription)\./;

describe('the official Stripe CLI', () => {
  let sandbox: StripeSandbox;
  let receiver: WebhookReceiver;
  let home: string;
  let secret: string;

  beforeEach(async () => {
    sandbox = await startStripeSandbox({ checkAnswers: true });
    receiver = await startReceiver();
    home = await mkdtemp(join(tmpdir(), 'stripe-cli-'));
    const sdk = new Stripe(KEY, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', telemetry: false });
    const endpoint = await sdk.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    secret = endpoint.secret ?? '';
  });

  afterEach(async () => {
    await sandbox.close();
    await receiver.close();
    await rm(home, { recursive: true, force: true });
  });

  it('plays every scenario about objects served here, or says why not', async () => {
    const { output } = await stripe(['trigger', '--help']);
    const offered = [...output.matchAll(/^ {2}([a-z_.]+)$/gm)].map(([, name]) => name ?? '').filter((name) => SERVED.test(name) && !NOT_SERVED.test(name));
    expect(offered.sort()).toEqual([...SCENARIOS, ...NOT_PLAYED].sort());
  });

  it.each(SCENARIOS)('stripe trigger %s', async (event) => {
    const { status, output } = await trigger(event);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('Trigger succeeded') });
    const arrived = await receiver.waitFor(event);
    const verified = new Stripe(KEY).webhooks.constructEvent(arrived.body, arrived.signature, secret, WEBHOOK_TOLERANCE_IN_SECONDS);
    expect(verified.type).toBe(event);
    expect(sandbox.control.ledger({ unknownRoute: true })).toEqual([]);
  });

  function trigger(event: string): Promise<{ status: number; output: string }> {
    return stripe(['trigger', event, '--api-key', KEY, '--api-base', `http://127.0.0.1:${sandbox.port}`]);
  }

  function stripe(args: string[]): Promise<{ status: number; output: string }> {
    return new Promise((resolve) => {
      execFile(cliBinary(), args, { env: { HOME: home, PATH: '/usr/bin:/bin' }, timeout: 15_000 }, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` });
      });
    });
  }
});

/** The platform package carries the program; the wrapper's install script is not needed. */
function cliBinary(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('@stripe/cli/package.json'));
  const name = `@stripe/cli-${process.platform}-${process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'stripe');
}
