import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Secret } from '@tollkeeper/kernel';
import type { ProviderCredentials } from '@tollkeeper/payment-provider';
import { paymentProviderContract, type CustomerBehaviour, type NetworkTrouble, type ProviderContractHarness } from '@tollkeeper/payment-provider/testing';
import { startStripeSandbox, type FaultOrder, type LedgerEntry, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { STRIPE_API_VERSION } from './stripe-client.factory.js';
import { StripePaymentProvider } from './stripe-payment-provider.js';

const KEY = `sk_test_sandbox_${randomUUID().replaceAll('-', '')}`;
const EVENT = { id: 'evt_1', object: 'event', type: 'invoice.paid', created: 1_780_000_000, livemode: false, data: { object: { object: 'invoice', id: 'in_1' } } };

const CARDS: Readonly<Record<Exclude<CustomerBehaviour, 'has_no_method'>, string>> = {
  pays: 'pm_card_visa',
  declines: 'pm_card_chargeCustomerFail',
  requires_authentication: 'pm_card_threeDSecure2Required',
  disputes: 'pm_card_createDispute',
  inquires: 'pm_card_createDisputeInquiry',
};

const FAULTS: Readonly<Record<Exclude<NetworkTrouble, 'unreachable'>, FaultOrder>> = {
  silence: { kind: 'no_answer_before' },
  half_answer: { kind: 'half_body' },
  server_error: { kind: 'error', status: 500, error: { type: 'api_error', message: 'Something went wrong on our end.' } },
  rate_limited: { kind: 'error', status: 429, error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' } },
  lost_answer: { kind: 'reset_after' },
};

/** A line to the sandbox that can be cut, because a port nobody listens on is the one trouble the sandbox cannot play itself. */
class CuttableLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const [socket, other] of [[near, far], [far, near]] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => other.destroy()).on('close', () => this.#sockets.delete(socket) && other.destroy());
      }
      near.pipe(far).pipe(near);
    });
  }

  async connect(): Promise<string> {
    if (!this.#server.listening) {
      this.#server.listen(this.#port, '127.0.0.1');
      await once(this.#server, 'listening');
    }
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
    // Until the client has noticed, it would send on a socket it believes in, and could not say whether that arrived.
    await sleep(100);
  }
}

function credentials(secretKey: string): ProviderCredentials {
  return { connectionId: 'pcon_contract', secrets: { secretKey: new Secret(secretKey) }, settings: {} };
}

async function startStripeHarness(sandbox: StripeSandbox): Promise<ProviderContractHarness> {
  const line = new CuttableLine(sandbox.port);
  // Keys of a Stripe account go there too: `sk_test_rejected` is refused by the sandbox as Stripe refuses a revoked key.
  const base = await line.connect();
  const provider = new StripePaymentProvider({ sandboxBase: base, apiBase: base });
  const context = () => ({ credentials: credentials(KEY), idempotencyKey: `harness-${randomUUID()}`, deadlineInMillis: 10_000 });
  return {
    provider,
    mode: 'test',
    credentials: credentials(KEY),
    rejectedCredentials: credentials('sk_live_rejectedsecret'),
    malformedCredentials: credentials('malformedsecret'),
    currency: 'USD',
    behaviours: ['pays', 'declines', 'requires_authentication', 'has_no_method', 'disputes', 'inquires'],
    newCustomer: async (behaviour) => {
      const tags = { instance: 'harness', account: 'acc_harness', id: randomUUID() };
      const customer = await provider.customers.create({ tags, name: behaviour, email: null, description: null, address: null }, context());
      if (customer.outcome !== 'succeeded') throw new Error(`The harness could not make a customer: ${customer.outcome}`);
      const { id } = customer.value;
      if (behaviour === 'has_no_method') return id;
      const method = await provider.paymentMethods.attach({ providerCustomerId: id, paymentMethodId: CARDS[behaviour] }, context());
      if (method.outcome !== 'succeeded') throw new Error(`The harness could not attach a card: ${method.outcome}`);
      return id;
    },
    attachableMethods: ['pm_card_visa', 'pm_card_mastercard'],
    webhook: {
      rawBody: Buffer.from(JSON.stringify(EVENT)),
      sign: ({ rawBody, secret, timeInMillis }) => ({
        'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: rawBody.toString(), secret, timestamp: Math.floor(timeInMillis / 1_000) }),
      }),
    },
    async payOut() {
      await sandbox.control.money.payOutEvery(KEY, { days: 1 });
      await sandbox.control.advanceClock(KEY, 4 * 86_400_000);
    },
    trouble: {
      kinds: ['unreachable', 'silence', 'half_answer', 'server_error', 'rate_limited', 'lost_answer'],
      start: async (kind) => {
        if (kind === 'unreachable') await line.cut();
        else sandbox.control.addFault({ ...FAULTS[kind], count: 1_000 });
      },
      stop: async () => {
        sandbox.control.clearFaults();
        await line.connect();
      },
    },
    stop: () => line.cut(),
  };
}

const sandbox = await startStripeSandbox({ port: 0, checkAnswers: true });

paymentProviderContract('The Stripe provider', await startStripeHarness(sandbox));

describe('every request the contract made', () => {
  afterAll(() => sandbox.close());

  function requests(): LedgerEntry[] {
    const entries = sandbox.control.ledger({ key: KEY });
    expect(entries.length).toBeGreaterThan(500);
    return entries;
  }

  it('is one of Stripe’s contract, strictly judged, in the pinned version', () => {
    expect(requests().filter(({ unknownRoute, lenient, stripeVersion }) => unknownRoute || lenient || stripeVersion !== STRIPE_API_VERSION)).toEqual([]);
  });

  it('was refused only where a case asked for it: by the state of an object, never for its parameters', () => {
    const refused = requests().filter(({ outcome }) => outcome === 400);
    const reasons = new Set(refused.map(({ route, errorCode }) => `${route}: ${errorCode}`));
    expect([...reasons].sort()).toEqual([
      'DELETE /v1/invoices/*: invoice_not_editable',
      'POST /v1/credit_notes/*/void: invalid_request_error',
      // More than is left of a payment or an invoice.
      'POST /v1/credit_notes: invalid_request_error',
      'POST /v1/credit_notes: resource_missing',
      'POST /v1/customers/*: resource_missing',
      'POST /v1/customers: idempotency_error',
      // A dispute that has ended: no code either.
      'POST /v1/disputes/*/close: invalid_request_error',
      'POST /v1/invoices/*/add_lines: invoice_not_editable',
      'POST /v1/invoices/*/finalize: invoice_not_editable',
      'POST /v1/invoices/*/mark_uncollectible: invalid_request_error',
      // Already paid, void, without a method: Stripe gives these states no code.
      'POST /v1/invoices/*/pay: invalid_request_error',
      'POST /v1/invoices/*/void: invalid_request_error',
      'POST /v1/invoices: resource_missing',
      'POST /v1/payment_methods/*/attach: resource_missing',
      'POST /v1/refunds: amount_too_large',
      'POST /v1/refunds: charge_already_refunded',
      'POST /v1/refunds: resource_missing',
    ]);
  });

  it('carried its intent’s key when it was a write, and none the SDK made up', () => {
    const writes = requests().filter(({ method }) => method === 'POST');
    expect(writes.length).toBeGreaterThan(200);
    expect(writes.filter(({ idempotencyKey }) => !/^(contract|harness)-/.test(idempotencyKey ?? ''))).toEqual([]);
  });

  it('was sent once per call: nothing was resent behind our back', () => {
    const repeated = requests().filter(({ attempt, outcome }) => attempt > 1 && outcome === 'reset');
    expect(repeated).toEqual([]);
  });

  it('tagged every object of ours', () => {
    const creations = requests().filter(({ route, outcome }) => outcome === 200 && ['POST /v1/customers', 'POST /v1/invoices', 'POST /v1/setup_intents', 'POST /v1/checkout/sessions', 'POST /v1/webhook_endpoints', 'POST /v1/refunds', 'POST /v1/credit_notes'].includes(route ?? ''));
    expect(new Set(creations.map(({ route }) => route)).size).toBe(7);
    const names = ['tollkeeper_instance', 'tollkeeper_account', 'tollkeeper_id'];
    expect(creations.filter(({ params }) => names.some((name) => !(params['metadata'] as Record<string, string> | undefined)?.[name]))).toEqual([]);
  });
});
