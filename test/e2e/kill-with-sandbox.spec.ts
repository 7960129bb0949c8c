import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Seller } from '../support/seller.js';
import { freePort, ServerProcess, TestDataFolder } from '../support/server-process.js';
import { eventually, sandboxKey } from '../support/test-application.js';

const ADMIN_KEY = 'kill-sandbox-admin-key-0123456789';
const CUSTOMERS = Array.from({ length: 12 }, (_, index) => `customer-${index}`);

/** As `npm start` runs without a Stripe key: the stand-in for Stripe dies with the server and has to keep what it answered. */
describe('kill -9 of a server with the Stripe sandbox inside', () => {
  let folder: TestDataFolder;
  let server: ServerProcess;
  let seller: Seller;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await TestDataFolder.create();
    environment = { PORT: String(await freePort()), STRIPE_SANDBOX_PORT: String(await freePort()), DATA_DIR: folder.path, TOLLKEEPER_ADMIN_KEY: ADMIN_KEY };
    server = await ServerProcess.start(environment);
    const sandbox = { url: `http://127.0.0.1:${environment['STRIPE_SANDBOX_PORT']}` };
    seller = await Seller.open({ url: `http://127.0.0.1:${environment['PORT']}`, adminKey: ADMIN_KEY, sandbox, stripeKey: sandboxKey() });
    for (const customerId of CUSTOMERS) {
      await seller.customer(customerId);
      await seller.use(customerId, 100);
    }
  });

  afterAll(async () => {
    await server?.stop();
    await folder?.remove();
  });

  it.each([2, 6])('in the middle of collecting, with %i charges made', async (charges) => {
    if (charges === 2) await seller.beginNextMonth();
    await eventually(`${charges} charges`, () => seller.stripe.list('charges'), (made) => made.length >= charges);
    await server.kill();
    server = await ServerProcess.start(environment);
  });

  it('leaves one invoice and one charge for each customer, and both sides agree', async () => {
    await eventually('the settled invoices', () => seller.client.invoices.list({ paymentStatus: 'settled' }), ({ items }) => items.length === CUSTOMERS.length);
    const [customers, documents, charges] = await Promise.all(['customers', 'invoices', 'charges'].map((collection) => seller.stripe.list(collection)));
    const ids = customers!.map(({ id }) => id).sort();
    expect(ids).toHaveLength(CUSTOMERS.length);
    expect(documents!.map((document) => document['customer']).sort()).toEqual(ids);
    expect(new Set(documents!.map((document) => document['status']))).toEqual(new Set(['paid']));
    expect(charges!.map((charge) => charge['customer']).sort()).toEqual(ids);
    expect(new Set(charges!.map((charge) => charge['amount']))).toEqual(new Set([1100]));
  });
});
