import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import pg from 'pg';
import { Seller } from '../support/seller.js';
import type { StripeAccount } from '../support/stripe-account.js';
import { freePort, ServerProcess, TestDataFolder } from '../support/server-process.js';
import { eventually } from '../support/test-application.js';

const ADMIN_KEY = 'kill-spec-admin-key-0123456789';

/** The calls on the way of a customer and its invoice, and how often Stripe did what each asks for. */
const STEPS: Readonly<Record<string, { kind: string; timesDone(stripe: StripeAccount): Promise<number> }>> = {
  'POST /v1/customers': { kind: 'customer.create', timesDone: async (stripe) => (await stripe.list('customers')).length },
  'POST /v1/invoices': { kind: 'invoice.create_draft', timesDone: async (stripe) => (await stripe.list('invoices')).length },
  'POST /v1/invoices/*/add_lines': { kind: 'invoice.add_lines', timesDone: async (stripe) => (await stripe.list('invoices')).filter(({ total }) => total === 1300).length },
  'POST /v1/invoices/*/finalize': { kind: 'invoice.finalize', timesDone: async (stripe) => (await stripe.list('invoices')).filter(({ status }) => status !== 'draft').length },
  'POST /v1/invoices/*/pay': { kind: 'invoice.pay', timesDone: async (stripe) => (await stripe.list('charges')).length },
};
const FIRST_INVOICE_STEP = 'POST /v1/invoices';

/** At each of them the process is killed twice: before Stripe did it, and after it did. */
const KILL_POINTS = Object.keys(STEPS).flatMap((operation) => [
  { operation, fault: 'no_answer_before', when: 'between intent and call', timesDone: 0 } as const,
  { operation, fault: 'no_answer_after', when: 'between call and outcome', timesDone: 1 } as const,
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
  });

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

  function unfinishedIntents(): Promise<{ kind: string; outcome: string }[]> {
    return query(`select kind, outcome, code, message from provider_intent where outcome in ('created', 'unknown')`);
  }

  async function noIntentIsUnfinished(): Promise<void> {
    await eventually('an end of all intents', unfinishedIntents, (rows) => rows.length === 0);
  }

  describe('on the way of one customer and one invoice', () => {
    beforeAll(() => seller.stripe.fail(KILL_POINTS[0]!.fault, KILL_POINTS[0]!.operation));

    it.each(KILL_POINTS.map((point, index) => [point.when, point.operation, point, index] as const))('%s of %s', async (_when, operation, { fault, timesDone }, index) => {
      if (index === 0) void seller.client.customers.create({ customerId: 'acme', customerName: 'Acme' }, { autoCreateCustomerInStripe: true, idempotencyKey: 'acme-1' }).catch(() => undefined);
      if (operation === FIRST_INVOICE_STEP && fault === 'no_answer_before') {
        await eventually('the link', () => seller.client.customers.get('acme'), ({ traits }) => traits['stripeId'] !== undefined);
        await seller.client.paymentMethods.attachTestCard('acme');
        await seller.use('acme', 300);
        await seller.beginNextMonth();
      }
      await eventually(`${operation} at Stripe`, async () => seller.stripe.troubled(operation, fault), (met) => met.length === 1);
      expect(await unfinishedIntents()).toMatchObject([{ kind: STEPS[operation]?.kind, outcome: expect.stringMatching(/created|unknown/) }]);
      await killAndRestart(async () => {
        expect(await STEPS[operation]?.timesDone(seller.stripe)).toBe(timesDone);
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
      for (const operation of Object.keys(STEPS)) {
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

  it('ends an invoice as a person wanted who never heard whether it was voided', async () => {
    await seller.customer('voided', null);
    await seller.passAMonth();
    const invoice = await seller.invoice('voided');
    seller.stripe.fail('no_answer_after', 'POST /v1/invoices/*/void');
    void seller.client.invoices.void(invoice.id).catch(() => undefined);
    await eventually('the void at Stripe', async () => seller.stripe.troubled('POST /v1/invoices/*/void', 'no_answer_after'), (met) => met.length === 1);
    await killAndRestart();
    await eventually('the void here', () => seller.invoice('voided'), ({ paymentStatus }) => paymentStatus === 'not_needed');
    await noIntentIsUnfinished();
    expect(await seller.invoice('voided')).toMatchObject({ paymentStatusReason: 'voided', providerStatus: 'void' });
    expect(await seller.stripe.list('invoices', { customer: invoice.providerCustomerId ?? '' })).toMatchObject([{ status: 'void' }]);
    expect(await seller.stripe.list('charges', { customer: invoice.providerCustomerId ?? '' })).toEqual([]);
  });

  describe('while Stripe has news', () => {
    const FETCH = 'GET /v1/invoice_payments';

    async function openInvoiceOf(customerId: string) {
      return eventually(`the open invoice of ${customerId}`, () => seller.invoice(customerId), ({ paymentStatusReason }) => paymentStatusReason === 'no_payment_method');
    }

    /** As the customer does it, on Stripe's page. */
    async function payOnPage(hostedInvoiceUrl: string | null): Promise<void> {
      const response = await fetch(hostedInvoiceUrl ?? '', { method: 'POST', body: new URLSearchParams({ card: 'pm_card_visa' }), redirect: 'manual' });
      expect(response.status).toBe(303);
    }

    async function paidEventOf(providerInvoiceId: string | null): Promise<string> {
      const events = await seller.stripe.list('events', { type: 'invoice.paid' });
      const found = events.find((event) => (event['data'] as { object: { id: string } }).object.id === providerInvoiceId);
      return found?.id ?? '';
    }

    function inboxRows(eventId: string) {
      return query<{ source: string; status: string }>('select source, status from webhook_inbox where provider_event_id = $1', [eventId]);
    }

    beforeAll(async () => {
      await seller.customer('stored-webhook', null);
      await seller.customer('paid-meanwhile', null);
      await seller.passAMonth();
    });

    it('processes a webhook that was acknowledged and not yet processed, from what was stored', async () => {
      const invoice = await openInvoiceOf('stored-webhook');
      seller.stripe.fail('no_answer_before', FETCH, { count: 1_000 });
      await payOnPage(invoice.hostedInvoiceUrl);
      const eventId = await paidEventOf(invoice.providerInvoiceId);
      const acknowledged = async () => sandbox.control.deliveryList(seller.stripe.key).filter(({ event, lastStatus }) => event === eventId && lastStatus === 200);
      await eventually('the acknowledged webhook', acknowledged, (found) => found.length === 1);
      await eventually('the look at the invoice', async () => seller.stripe.troubled(FETCH, 'no_answer_before'), (met) => met.length > 0);
      expect(await inboxRows(eventId)).toEqual([{ source: 'webhook', status: 'pending' }]);
      expect(await seller.invoice('stored-webhook')).toMatchObject({ paymentStatus: 'requires_action' });

      await killAndRestart(() => {
        sandbox.control.clearFaults();
        // What Stripe lists is not to be had, so the stored webhook is all there is to go by.
        seller.stripe.fail('error', 'GET /v1/events', { count: 1_000, status: 500 });
      });
      await eventually('the settled invoice', () => seller.invoice('stored-webhook'), ({ paymentStatus }) => paymentStatus === 'settled');
      await eventually('the processed webhook', () => inboxRows(eventId), ([row]) => row?.status === 'processed');
      await sandbox.control.redeliver(seller.stripe.key, eventId);
      await eventually('the second delivery', acknowledged, (found) => found.length === 2);
      expect(await inboxRows(eventId)).toEqual([{ source: 'webhook', status: 'processed' }]);
      expect(await seller.stripe.list('charges', { customer: invoice.providerCustomerId ?? '' })).toHaveLength(1);
      sandbox.control.clearFaults();
    });

    it('finds out what happened while it was dead, without any webhook', async () => {
      const invoice = await openInvoiceOf('paid-meanwhile');
      await killAndRestart(async () => {
        sandbox.control.holdEvents();
        await payOnPage(invoice.hostedInvoiceUrl);
      });
      await eventually('the settled invoice', () => seller.invoice('paid-meanwhile'), ({ paymentStatus }) => paymentStatus === 'settled');
      expect(await inboxRows(await paidEventOf(invoice.providerInvoiceId))).toMatchObject([{ source: 'event_list' }]);
      expect(await seller.stripe.list('charges', { customer: invoice.providerCustomerId ?? '' })).toHaveLength(1);
      sandbox.control.flushEvents();
      await noIntentIsUnfinished();
    });
  });

  describe('during ingestion', () => {
    const EVENTS_PER_BATCH = 25;
    const BATCHES = Array.from({ length: 300 }, (_, index) => `batch-${index}`);

    /** One batch per customer, so that usage by customer tells which batches are there. */
    function batch(customerId: string, meterTimeInMillis: number) {
      return Array.from({ length: EVENTS_PER_BATCH }, (_, index) => ({ customerId, meterApiName: 'calls', meterValue: 1, meterTimeInMillis, uniqueId: `${customerId}-${index}` }));
    }

    async function counted(startTimeInMillis: number): Promise<Map<string, number>> {
      const timeRange = { startTimeInSeconds: Math.floor(startTimeInMillis / 1000), endTimeInSeconds: Math.floor(startTimeInMillis / 1000) + 3_600 };
      const { clientMeters } = await seller.client.usage.query({ meterApiName: 'calls', timeGroupingInterval: 'hour', timeRange, groupBy: ['customerId'] });
      return new Map(clientMeters.map(({ group, groupValue }) => [group.groupInfo['customerId'] ?? '', groupValue]));
    }

    it('keeps every batch it acknowledged, whole, and counts it once however often it is sent', async () => {
      const { timeInMillis } = await seller.client.testClock.get();
      const acknowledged = new Set<string>();
      const waiting = [...BATCHES];
      const post = async (): Promise<void> => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          await seller.client.ingest(batch(id, timeInMillis));
          acknowledged.add(id);
        }
      };
      const posting = Promise.allSettled(Array.from({ length: 8 }, post));
      await eventually('a third of the batches', async () => acknowledged.size, (count) => count > BATCHES.length / 3);
      await killAndRestart();
      const results = await posting;
      expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'rejected'));
      expect(acknowledged.size).toBeLessThan(BATCHES.length);

      const afterRestart = await counted(timeInMillis);
      expect([...acknowledged].filter((id) => afterRestart.get(id) !== EVENTS_PER_BATCH)).toEqual([]);
      expect(BATCHES.filter((id) => ![undefined, EVENTS_PER_BATCH].includes(afterRestart.get(id)))).toEqual([]);

      // What clients do that never got an answer, and those that lost one: send it again.
      waiting.splice(0, waiting.length, ...BATCHES);
      await Promise.all(Array.from({ length: 8 }, post));
      const afterAll = await counted(timeInMillis);
      expect(BATCHES.filter((id) => afterAll.get(id) !== EVENTS_PER_BATCH)).toEqual([]);
      expect(afterAll.size).toBe(BATCHES.length);
    });
  });
});
