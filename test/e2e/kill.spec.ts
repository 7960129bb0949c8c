import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import pg from 'pg';
import { Seller } from '../support/seller.js';
import { freePort, ServerProcess, TestDataFolder } from '../support/server-process.js';
import { eventually } from '../support/test-application.js';

const ADMIN_KEY = 'kill-spec-admin-key-0123456789';

jest.setTimeout(60_000);

/** The points of an invoice's way at which the process is killed, twice each: before Stripe did it, and after it did. */
const STEPS = ['POST /v1/invoices', 'POST /v1/invoices/*/add_lines', 'POST /v1/invoices/*/finalize', 'POST /v1/invoices/*/pay'];
const KILL_POINTS = ['POST /v1/customers', ...STEPS].flatMap((operation) => [
  { operation, fault: 'no_answer_before', when: 'between intent and call' } as const,
  { operation, fault: 'no_answer_after', when: 'between call and outcome' } as const,
]);

/** Every case goes on with the server and the data folder that the one before left, as an installation with bad luck would. */
describe('kill -9 of the server', () => {
  let sandbox: StripeSandbox;
  let folder: TestDataFolder;
  let server: ServerProcess;
  let seller: Seller;
  let environment: Record<string, string>;

  beforeAll(async () => {
    sandbox = await startStripeSandbox();
    folder = await TestDataFolder.create();
    const url = `http://127.0.0.1:${await freePort()}`;
    environment = {
      PORT: new URL(url).port,
      PUBLIC_URL: url,
      DATA_DIR: folder.path,
      TOLLKEEPER_ADMIN_KEY: ADMIN_KEY,
      STRIPE_SECRET_KEY: 'sk_test_firstAccount',
      STRIPE_API_BASE: sandbox.url,
    };
    server = await ServerProcess.start(environment);
    seller = await Seller.open({ url, adminKey: ADMIN_KEY, sandbox });
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    await folder?.remove();
    await sandbox?.close();
  });

  /** The database server outlives a killed owner; the next start has to end it, and nothing else may be left of the last one. */
  async function killAndRestart(whileDead: () => Promise<void> | void = () => undefined): Promise<void> {
    const orphan = folder.postgresPid;
    await server.kill();
    expect(folder.postgresPid).toBe(orphan);
    await whileDead();
    server = await ServerProcess.start(environment);
    expect(folder.postgresPid).not.toBe(orphan);
    expect(folder.postgresPid).not.toBeNull();
  }

  /** What the API does not show: rows of our own tables. */
  async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: folder.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  async function noIntentIsUnfinished(): Promise<void> {
    await eventually('an end of all intents', () => query(`select kind, outcome, code, message from provider_intent where outcome in ('created', 'unknown')`), (rows) => rows.length === 0);
  }

  describe('on the way of one customer and one invoice', () => {
    beforeAll(() => seller.stripe.fail(KILL_POINTS[0]!.fault, KILL_POINTS[0]!.operation));

    it.each(KILL_POINTS.map((point, index) => [point.when, point.operation, point, index] as const))('%s of %s', async (_when, operation, { fault }, index) => {
      if (index === 0) void seller.client.customers.create({ customerId: 'acme', customerName: 'Acme' }, { autoCreateCustomerInStripe: true, idempotencyKey: 'acme-1' }).catch(() => undefined);
      if (operation === STEPS[0] && fault === 'no_answer_before') {
        await eventually('the link', () => seller.client.customers.get('acme'), ({ traits }) => traits['stripeId'] !== undefined);
        await seller.client.paymentMethods.attachTestCard('acme');
        await seller.use('acme', 300);
        await seller.beginNextMonth();
      }
      await eventually(`${operation} at Stripe`, async () => seller.stripe.troubled(operation, fault), (met) => met.length === 1);
      await killAndRestart(() => {
        const next = KILL_POINTS[index + 1];
        if (next) seller.stripe.fail(next.fault, next.operation);
      });
    });

    it('leaves one customer, one invoice and one charge at Stripe, and says the same here', async () => {
      const invoice = await eventually('the settled invoice', () => seller.invoice('acme'), ({ paymentStatus }) => paymentStatus === 'settled');
      await noIntentIsUnfinished();

      const [customer, ...otherCustomers] = await seller.stripe.list('customers');
      expect(otherCustomers).toEqual([]);
      const [document, ...otherDocuments] = await seller.stripe.list('invoices');
      expect(otherDocuments).toEqual([]);
      expect(document).toMatchObject({ id: invoice.providerInvoiceId, customer: customer!.id, status: 'paid', total: 1300, amount_paid: 1300, number: invoice.number });
      const charges = await seller.stripe.list('charges');
      expect(charges).toMatchObject([{ customer: customer!.id, amount: 1300, status: 'succeeded', paid: true }]);
      expect(await seller.stripe.list('payment_intents')).toHaveLength(1);

      expect(invoice).toMatchObject({ paymentStatusReason: 'paid', providerStatus: 'paid', amountPaid: { amountInMinorUnits: '1300' }, amountOpen: { amountInMinorUnits: '0' } });
      expect(invoice.payments).toMatchObject([{ status: 'succeeded', amount: { amountInMinorUnits: '1300' } }]);
      expect((await seller.client.customers.get('acme')).traits).toEqual({ stripeId: customer!.id, paymentProviderName: 'STRIPE' });
    });

    it('repeated every call that was cut off under the key it was first sent with', () => {
      for (const operation of ['POST /v1/customers', ...STEPS]) {
        const requests = seller.stripe.requests(operation);
        // Held back, done without an answer, and at last answered from what was kept under the key.
        expect(requests.map(({ fault, replayed }) => [fault, replayed])).toEqual([
          ['no_answer_before', false],
          ['no_answer_after', false],
          [null, true],
        ]);
        expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      }
    });

    it('answers the repeated request for the customer, which the killed server never answered', async () => {
      const customer = { customerId: 'acme', customerName: 'Acme' };
      await expect(seller.client.customers.create(customer, { autoCreateCustomerInStripe: true, idempotencyKey: 'acme-1' })).rejects.toMatchObject({ status: 409, code: 'customer_exists' });
      expect(await seller.stripe.list('customers')).toHaveLength(1);
    });
  });
});
