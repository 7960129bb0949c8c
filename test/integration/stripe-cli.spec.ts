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
  'invoice.paid', 'invoice.payment_failed', 'invoice.payment_action_required', 'invoice.voided', 'invoice.marked_uncollectible',
  'payment_intent.created', 'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.requires_action', 'payment_intent.canceled', 'payment_intent.amount_capturable_updated',
  'setup_intent.created', 'setup_intent.succeeded', 'setup_intent.setup_failed', 'setup_intent.requires_action', 'setup_intent.canceled',
  'payment_method.attached', 'payment_method.detached',
  'customer.created', 'customer.updated', 'customer.deleted', 'invoiceitem.created',
  'charge.succeeded', 'charge.failed', 'charge.refunded', 'charge.dispute.created', 'charge.dispute.closed', 'credit_note.created',
  'product.created', 'price.created', 'billing_portal.session.created', 'billing_portal.configuration.created',
];

describe('the official Stripe CLI', () => {
  let sandbox: StripeSandbox;
  let receiver: WebhookReceiver;
  let home: string;
  let secret: string;

  beforeEach(async () => {
    sandbox = await startStripeSandbox({ checkAnswers: true });
    receiver = await startReceiver();
    home = await mkdtemp(join(tmpdir(), 'stripe-cli-'));
    const stripe = new Stripe(KEY, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', telemetry: false });
    const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    secret = endpoint.secret ?? '';
  });

  afterEach(async () => {
    await sandbox.close();
    await receiver.close();
    await rm(home, { recursive: true, force: true });
  });

  it.each(SCENARIOS)('stripe trigger %s', async (event) => {
    const { status, output } = await trigger(event);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('Trigger succeeded') });
    const arrived = await receiver.waitFor(event);
    const verified = new Stripe(KEY).webhooks.constructEvent(arrived.body, arrived.signature, secret, WEBHOOK_TOLERANCE_IN_SECONDS);
    expect(verified.type).toBe(event);
    expect(sandbox.control.ledger({ unknownRoute: true })).toEqual([]);
  }, 20_000);

  function trigger(event: string): Promise<{ status: number; output: string }> {
    const args = ['trigger', event, '--api-key', KEY, '--api-base', `http://127.0.0.1:${sandbox.port}`];
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
