import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderOutcome } from '@tollkeeper/payment-provider';
import { Database } from '../../../src/platform/database/database.js';
import type { ProviderIntent } from '../../../src/provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../../../src/provider-intents/provider-intents.service.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const KIND = 'invention.make';
const DAY_IN_MILLIS = 86_400_000;
const NOTE = 'Seen in the dashboard';

/** Nothing of ours is without a way to find out; a feature of somebody else may be. */
describe('What only a person can decide', () => {
  let world: ConvergenceWorld;
  let seller: Seller;
  let intents: ProviderIntents;
  const applied: { subjectId: string; outcome: string; code: string | null | undefined; value: unknown }[] = [];
  const sent: string[] = [];

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
    seller = await world.seller();
    await seller.customer('ada');
    intents = world.application.app.get(ProviderIntents, { strict: false });
    intents.registerHandler<{ id: string }>(KIND, {
      perform: (intent) => {
        sent.push(intent.idempotencyKey);
        return Promise.resolve({ outcome: 'unknown', cause: 'timeout', sent: true, message: 'The answer did not arrive.' });
      },
      makes: ({ subjectId }) => ({ kind: 'customer', ownId: subjectId.slice(subjectId.indexOf('/') + 1) }),
      apply: (_tx, { subjectId, code }, outcome: ProviderOutcome<{ id: string }>) => {
        applied.push({ subjectId, outcome: outcome.outcome, code, value: 'value' in outcome ? outcome.value : null });
        return Promise.resolve();
      },
      objectId: ({ id }) => id,
    });
  });

  afterAll(() => world.stop());

  async function plan(subjectId: string): Promise<ProviderIntent> {
    const { id: connectionId } = await seller.client.paymentProviders.connection.get('STRIPE');
    const subject = { accountId: seller.accountId, subjectType: 'invention', subjectId };
    return world.application.app.get(Database).transaction((tx) => intents.plan(tx, { ...subject, connectionId, kind: KIND, parameters: { email: 'ada@example.com' } }));
  }

  /** Sent, never answered, and the key is too old by now to be sent again. */
  async function undecidable(subjectId: string): Promise<string> {
    const { id } = await plan(subjectId);
    await intents.run(id, { deadlineInMillis: 5_000 });
    await world.run(['provider-intents'], 2 * DAY_IN_MILLIS);
    return id;
  }

  async function providerCustomerId(customerId: string): Promise<string> {
    const { traits } = await seller.client.customers.get(customerId);
    return (traits as { stripeId: string }).stripeId;
  }

  it('is listed, without what was sent', async () => {
    const id = await undecidable('listed/ada');
    const { items } = await seller.client.providerIntents.list({ undecidable: true });
    expect(items).toMatchObject([{ id, kind: KIND, subjectId: 'listed/ada', outcome: 'unknown', undecidable: true, nextCheckTime: null, resolution: null }]);
    expect(JSON.stringify(items)).not.toContain('ada@example.com');
    expect((await seller.client.providerIntents.list({ outcome: 'unknown', kind: 'customer.create' })).items).toEqual([]);
    expect((await seller.client.providerIntents.list({ outcome: 'succeeded', kind: 'customer.create' })).items).toMatchObject([{ undecidable: false }]);
    expect((await seller.client.providerIntents.list({ connectionId: 'con_nobodys' })).items).toEqual([]);
  });

  it('not done: the intent fails by that name, and may be tried anew with another key', async () => {
    const id = await undecidable('not done/ada');
    const sendings = sent.length;
    expect(await seller.client.providerIntents.resolve(id, { outcome: 'not_done', note: NOTE })).toMatchObject({
      outcome: 'failed',
      code: 'resolved_not_done',
      undecidable: false,
      resolution: { outcome: 'not_done', note: NOTE, apiKeyId: expect.stringMatching(/^key_/) as unknown },
    });
    expect(applied.at(-1)).toMatchObject({ subjectId: 'not done/ada', outcome: 'failed', code: 'resolved_not_done' });
    const told = await world.rows<{ data: object }>(`select data from outbox_event where type = 'provider_intent.resolved' and object_id = 'not done/ada'`, []);
    expect(told).toMatchObject([{ data: { intentId: id, kind: KIND, outcome: 'not_done', note: NOTE } }]);
    const next = await plan('not done/ada');
    await intents.run(next.id, { deadlineInMillis: 5_000 });
    expect(next).toMatchObject({ attempt: 2 });
    expect(sent.slice(sendings)).toEqual([next.idempotencyKey]);
  });

  it('done: the named object is looked up, and what follows from it follows', async () => {
    const id = await undecidable('done/ada');
    const providerObjectId = await providerCustomerId('ada');
    expect(await seller.client.providerIntents.resolve(id, { outcome: 'done', note: NOTE, providerObjectId })).toMatchObject({ outcome: 'succeeded', code: null, providerObjectId, resolution: { outcome: 'done' } });
    expect(applied.at(-1)).toMatchObject({ subjectId: 'done/ada', outcome: 'succeeded', value: { id: providerObjectId } });
  });

  it('done without an object ends it; nothing is concluded', async () => {
    const id = await undecidable('ended/ada');
    const before = applied.length;
    expect(await seller.client.providerIntents.resolve(id, { outcome: 'done', note: NOTE })).toMatchObject({ outcome: 'succeeded', providerObjectId: null });
    expect(applied).toHaveLength(before);
  });

  it('refuses by name what cannot be so, and decides nothing', async () => {
    await seller.customer('bob');
    const id = await undecidable('refused/ada');
    const done = (providerObjectId: string): Promise<unknown> => seller.client.providerIntents.resolve(id, { outcome: 'done', note: NOTE, providerObjectId });
    await expect(done('cus_nobodys')).rejects.toMatchObject({ status: 409, code: 'provider_object_not_found' });
    await expect(done(await providerCustomerId('bob'))).rejects.toMatchObject({ status: 409, code: 'provider_object_of_another' });
    seller.troubleEverything({ kind: 'reset_before' });
    await expect(done(await providerCustomerId('ada'))).rejects.toMatchObject({ status: 503, code: 'provider_unreachable' });
    seller.stripe.control.clearFaults();
    expect((await seller.client.providerIntents.list({ undecidable: true })).items.map((intent) => intent.id)).toContain(id);
    await seller.client.providerIntents.resolve(id, { outcome: 'not_done', note: NOTE });
    await expect(seller.client.providerIntents.resolve(id, { outcome: 'done', note: NOTE })).rejects.toMatchObject({ status: 409, code: 'provider_intent_not_undecidable' });
    await expect(seller.client.providerIntents.resolve('pin_nobodys', { outcome: 'not_done', note: NOTE })).rejects.toMatchObject({ status: 404, code: 'provider_intent_not_found' });
  });

  it('one of two who decide at the same time', async () => {
    const id = await undecidable('twice/ada');
    const decide = (outcome: 'done' | 'not_done'): Promise<unknown> => seller.client.providerIntents.resolve(id, { outcome, note: NOTE });
    const answers = await Promise.allSettled([decide('done'), decide('not_done'), decide('done')]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
