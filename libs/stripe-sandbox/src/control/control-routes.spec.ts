import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customerWithCard, draftInvoice, startHarness, type Harness } from '../testing/sandbox-harness.js';

describe('the control interface over HTTP', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  async function call(method: string, path: string, body?: object): Promise<{ status: number; data: unknown; error?: { message: string } }> {
    const response = await fetch(`${harness.sandbox.url}/_sandbox${path}`, { method, headers: { authorization: `Bearer ${harness.key}` }, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, ...((await response.json()) as { data: unknown }) };
  }

  it('reads and advances the clock of the key\'s account', async () => {
    expect((await call('GET', '/clock')).data).toMatchObject({ offsetInMillis: 0 });
    expect((await call('POST', '/clock/advance', { advance_by_in_millis: 1000 })).data).toMatchObject({ offsetInMillis: 1000 });
    expect(await call('POST', '/clock/advance', { advance_by_in_millis: -5 })).toMatchObject({ status: 400, error: { message: expect.stringContaining('forwards only') } });
  });

  it('defines cards, completes set-ups and answers challenges', async () => {
    await call('POST', '/cards', { name: 'pm_card_mine', behaviour: { charge: 'requires_action', last4: '0001' } });
    const { customer } = await customerWithCard(harness.stripe, 'pm_card_mine');
    const draft = await draftInvoice(harness.stripe, customer.id);
    const refusal = (await harness.stripe.invoices.pay(draft.id).catch((error: unknown) => error)) as { payment_intent: { id: string } };
    expect(await call('POST', `/challenges/${refusal.payment_intent.id}`, { outcome: 'approve' })).toMatchObject({ status: 200, data: { status: 'succeeded' } });
    expect(await call('POST', `/challenges/${refusal.payment_intent.id}`, { outcome: 'maybe' })).toMatchObject({ status: 400 });
    const setup = await harness.stripe.setupIntents.create({ customer: customer.id });
    expect(await call('POST', `/setup_intents/${setup.id}/complete`, { card: 'pm_card_visa' })).toMatchObject({ data: { status: 'succeeded' } });
    const session = await harness.stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: customer.id, success_url: 'https://shop.example' });
    expect(await call('POST', `/checkout_sessions/${session.id}/complete`)).toMatchObject({ data: { status: 'complete' } });
  });

  it('lists and clears faults, shows the ledger and resets the account', async () => {
    expect((await call('POST', '/faults', { kind: 'error', status: 503, path: '/v1/products' })).data).toMatchObject({ id: expect.stringMatching(/^flt_/), remaining: 1 });
    expect((await call('GET', '/faults')).data).toHaveLength(1);
    await call('DELETE', '/faults');
    expect((await call('GET', '/faults')).data).toEqual([]);
    await harness.stripe.customers.create({});
    expect((await call('GET', `/ledger?key=${harness.key}`)).data).toEqual([expect.objectContaining({ route: 'POST /v1/customers', outcome: 200 })]);
    await call('POST', '/reset');
    expect((await harness.stripe.customers.list()).data).toEqual([]);
  });

  it('names what it has when asked for something else', async () => {
    expect(await call('GET', '/nonsense')).toMatchObject({ status: 404, error: { message: expect.stringContaining('POST /_sandbox/clock/advance') } });
  });
});
