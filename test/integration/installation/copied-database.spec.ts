import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TollkeeperClient } from '@tollkeeper/client';
import { eventually } from '../../support/test-application.js';
import { statusOf } from '../convergence/convergence-world.js';
import { TwoInstallations } from './two-installations.js';

describe('A copied database', () => {
  let installations: TwoInstallations;

  beforeAll(async () => {
    installations = await TwoInstallations.prepare();
  });

  afterAll(() => installations.end());

  it('is told from the original, which restarts as it likes', async () => {
    const original = await installations.database();
    for (let start = 0; start < 3; start += 1) expect(await installations.check(original)).toEqual({ instanceId: 'ins_test', pause: null });
    const copy = await installations.copy(original);
    const found = await installations.check(copy);
    expect(found).toMatchObject({ instanceId: 'ins_test', pause: { reasons: [expect.stringMatching(/made anew/)] } });
    // Not by being started once more.
    expect(await installations.check(copy)).toEqual(found);
    expect((await installations.check(original)).pause).toBeNull();
  });

  it('writes nothing to the provider beside the original, bills on and says so everywhere', async () => {
    const database = await installations.database();
    const original = await installations.start(database);
    const seller = await original.seller();
    await seller.customer('ada');
    await seller.use('ada', 200);
    const copied = await installations.copy(database);

    const copy = await installations.start(copied);
    const beside = seller.at(copy.application);
    const writes = installations.writes(seller.stripe.key).length;
    await copy.lockMonth(beside);
    await beside.client.customers.create({ customerId: 'bob', customerName: 'Bob' }, { autoCreateCustomerInStripe: true }).catch(() => undefined);
    await copy.finish();
    await copy.readEvents(beside);
    expect(installations.writes(seller.stripe.key)).toHaveLength(writes);
    const [locked, next] = await beside.invoices('ada');
    expect(locked).toMatchObject({ invoicePriceStatus: 'price_locked', total: { amountInMinorUnits: '1200' }, paymentStatus: 'pending', paymentStatusReason: 'handing_over', providerInvoiceId: null });
    expect(next).toMatchObject({ invoicePriceStatus: 'open' });
    expect(await fetch(`${copy.application.url}/health/ready`).then((answer) => answer.json())).toEqual({ status: 'ok', providerWrites: 'paused' });
    const metrics = await fetch(`${copy.application.url}/metrics`, { headers: { 'X-API-KEY': copy.application.adminKey } });
    expect(await metrics.text()).toContain('tollkeeper_provider_writes_paused 1');
    expect(await copy.rows('select object_type from outbox_event where account_id = $1 and type = $2', [seller.accountId, 'installation.paused'])).toHaveLength(1);

    // A connection made in the copy is its own.
    const ofItsOwn = await copy.seller();
    await ofItsOwn.customer('eve');
    expect(await ofItsOwn.stripe.list('customers')).toHaveLength(1);

    await original.endMonth(seller);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect(await seller.stripe.list('charges')).toHaveLength(1);
  });

  it('takes over what the original has made since, and only then writes: one customer, one document, one charge', async () => {
    const database = await installations.database();
    const original = await installations.start(database);
    const seller = await original.seller();
    for (const customerId of ['ada', 'bob', 'joe']) {
      await seller.customer(customerId, customerId === 'bob' ? 'pm_card_chargeCustomerFail' : 'pm_card_visa');
      await seller.use(customerId, 200);
    }
    const copied = await installations.copy(database);
    // What the copy cannot know: a new customer, two more months, the second under invoices of other ids, and joe's with usage it never got.
    await seller.customer('eve');
    await original.endMonth(seller);
    await seller.use('joe', 100, 'joe-later');
    await original.endMonth(seller);
    await original.finish();
    await original.readEvents(seller);
    const before = { customers: await seller.stripe.list('customers'), invoices: await seller.stripe.list('invoices'), charges: await seller.stripe.list('charges') };
    expect(before.invoices.length).toBeGreaterThan(4);

    const copy = await installations.start(copied);
    const restored = seller.at(copy.application);
    await restored.moveTo(new Date(await seller.now()).toISOString());
    await copy.arrive(restored);
    await copy.finish();
    const writes = installations.writes(seller.stripe.key).length;

    const { installation } = new TollkeeperClient({ baseUrl: copy.application.url, apiKey: copy.application.adminKey });
    await installation.resume({ dryRun: true });
    const dry = await eventually('the dry run', () => installation.get(), ({ resumption }) => resumption?.state !== 'running');
    expect(dry).toMatchObject({ providerWrites: 'paused', resumption: { state: 'done', dryRun: true, connections: 1, connectionsDone: 1, customers: 1, documents: 5, unmatchedDocuments: [expect.any(String), expect.any(String), expect.any(String)], heldInvoices: [(await restored.invoices('joe'))[1]!.id] } });
    expect(await copy.rows('select 1 from adoptable_object', [])).toEqual([]);

    await installation.resume();
    expect(await eventually('the resumption', () => installation.get(), ({ resumption }) => resumption?.state !== 'running')).toMatchObject({ providerWrites: 'on', resumption: { state: 'done', dryRun: false } });
    expect(installations.writes(seller.stripe.key)).toHaveLength(writes);
    await expect(installation.resume()).rejects.toMatchObject({ status: 409, code: 'not_paused' });
    expect((await installations.check(copied)).pause).toBeNull();

    await restored.client.customers.create({ customerId: 'eve', customerName: 'eve' }, { autoCreateCustomerInStripe: true });
    for (let round = 0; round < 3; round += 1) {
      await copy.run(['provider-intents', 'invoice-hand-over'], 60_000);
      await copy.finish();
    }
    await copy.readEvents(restored);
    const ofAda = await restored.invoices('ada');
    expect(ofAda.slice(0, 2).map(statusOf)).toEqual(['settled paid', 'settled paid']);
    expect((await restored.invoices('bob')).slice(0, 2).map(statusOf)).toEqual(['failed declined', 'failed declined']);
    // Perhaps collected already under another id: a person looks.
    expect((await restored.invoices('joe')).slice(0, 2).map(statusOf)).toEqual(['settled paid', 'pre_payment awaiting_review']);
    const numbers = (await seller.stripe.list('invoices')).map(({ id, number }) => `${id} ${String(number)}`);
    for (const { providerInvoiceId, number } of [...ofAda.slice(0, 2), ...(await restored.invoices('bob')).slice(0, 2)]) expect(numbers).toContain(`${providerInvoiceId} ${number}`);
    expect(await seller.stripe.list('customers')).toHaveLength(before.customers.length);
    expect(await seller.stripe.list('invoices')).toHaveLength(before.invoices.length);
    expect(await seller.stripe.list('charges')).toHaveLength(before.charges.length);
  });

  it('is told by the name of the installation, and a database set back by what its data folder has seen', async () => {
    const database = await installations.database();
    for (const name of ['production', undefined, 'production']) expect((await installations.check(database, name === undefined ? {} : { name })).pause).toBeNull();
    expect((await installations.check(database, { name: 'staging' })).pause?.reasons).toEqual([expect.stringMatching(/INSTALLATION_NAME is 'staging'/)]);

    const other = await installations.database();
    for (let start = 0; start < 3; start += 1) expect((await installations.check(other, { witness: 'its-folder' })).pause).toBeNull();
    await installations.setBack(other);
    // A container whose folder starts empty has seen nothing.
    expect((await installations.check(other, { witness: 'an-empty-folder' })).pause).toBeNull();
    await installations.setBack(other);
    expect((await installations.check(other, { witness: 'its-folder' })).pause?.reasons).toEqual([expect.stringMatching(/older than the data folder/)]);
  });
});
