import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PaymentConnections } from '../../../src/payment-connections/payment-connections.service.js';
import { PaymentTestApplication, type PaymentAccount } from '../customers/payment-test-application.js';

const PATH = '/payment-providers/stripe/connection';
const PUBLIC_URL = 'https://billing.example';

describe('webhook endpoints at the provider', () => {
  let app: PaymentTestApplication;
  let account: PaymentAccount;

  beforeAll(async () => {
    app = await PaymentTestApplication.start({ publicUrl: PUBLIC_URL });
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    Object.assign(app.world, { outage: false, loseAnswers: 0, rejectsCredentials: false, refusal: null });
    account = await app.account();
  });

  const connect = async (extra: Record<string, string> = {}) => (await account.call('PUT', PATH, { credentials: { secretKey: 'sk_test_shop_1', ...extra } })).body;
  const webhook = async () => (await account.call('GET', PATH)).body['webhook'];
  const endpointsOf = (connectionId: unknown) => [...app.world.webhooks].filter(([, { url }]) => url.endsWith(String(connectionId)));
  const secretsOf = async (connectionId: unknown) => (await app.application.app.get(PaymentConnections, { strict: false }).webhookSecrets(String(connectionId))).map((secret) => secret.reveal());

  it('are registered at PUBLIC_URL once, and their secret is kept', async () => {
    const { id, webhook: before } = await connect();
    expect(before).toMatchObject({ url: `${PUBLIC_URL}/webhooks/stripe/${String(id)}`, status: 'pending', statusFollowedBy: 'polling' });
    await app.background();
    await app.background(60_000);
    const [[endpointId, endpoint] = [], ...others] = endpointsOf(id);
    expect(others).toEqual([]);
    expect(endpoint?.url).toBe(`${PUBLIC_URL}/webhooks/stripe/${String(id)}`);
    expect(await webhook()).toMatchObject({ url: endpoint?.url, events: ['invoice.paid', 'customer.deleted'], status: 'registered', statusFollowedBy: 'webhooks_and_polling', reason: null });
    expect(await secretsOf(id)).toEqual([endpoint?.secret]);
    const { rows } = await app.pool.query<{ row: string }>('select i::text as row from provider_intent i where account_id = $1', [account.id]);
    expect(rows.map(({ row }) => row).join()).toContain(endpointId);
    expect(`${rows.map(({ row }) => row).join()}${app.logs.join()}${(await account.call('GET', PATH)).text}`).not.toContain(endpoint?.secret);
  });

  it('are registered with the same key when the answer is lost, and keep the secret of the repeated answer', async () => {
    app.world.loseAnswers = 1;
    const { id } = await connect();
    await app.background();
    expect(await webhook()).toMatchObject({ status: 'pending', reason: 'The answer did not arrive.' });
    await app.background(60_000);
    expect(endpointsOf(id)).toHaveLength(1);
    expect(await secretsOf(id)).toEqual(endpointsOf(id).map(([, { secret }]) => secret));
  });

  it('say why the provider refused, until the credentials are sent again', async () => {
    app.world.refusal = 'Invalid URL.';
    await connect();
    await app.background();
    expect(await webhook()).toMatchObject({ status: 'failed', reason: 'Invalid URL.', statusFollowedBy: 'polling' });
    app.world.refusal = null;
    await app.background(60_000);
    expect(await webhook()).toMatchObject({ status: 'failed' });
    await account.call('PUT', PATH, { credentials: { secretKey: 'sk_test_shop_2' } });
    await app.background();
    expect(await webhook()).toMatchObject({ status: 'registered' });
  });

  it('are left to the operator who brought a signing secret', async () => {
    const { id } = await connect({ webhookSecret: 'whsec_by_hand' });
    await app.background();
    expect(endpointsOf(id)).toEqual([]);
    expect(await webhook()).toMatchObject({ status: 'manual', statusFollowedBy: 'webhooks_and_polling' });
    expect(await secretsOf(id)).toEqual(['whsec_by_hand']);
  });

  it('move with PUBLIC_URL: the new one first; the old one is taken back when that delivers, or after a day', async () => {
    const { id } = await connect();
    await app.background();
    const [[oldEndpoint] = []] = endpointsOf(id);
    await app.pool.query(`update payment_connection set webhook = webhook || '{"url": "https://old.example/webhooks"}' where id = $1`, [id]);
    await app.background();
    await app.background(60_000);
    expect(endpointsOf(id)).toHaveLength(2);
    expect(await secretsOf(id)).toEqual(endpointsOf(id).map(([, { secret }]) => secret));
    await app.background(24 * 3_600_000);
    await app.background(60_000);
    const remaining = endpointsOf(id);
    expect(remaining).toHaveLength(1);
    expect(remaining[0]?.[0]).not.toBe(oldEndpoint);
    expect(await secretsOf(id)).toEqual([remaining[0]?.[1].secret]);
  });

  it('are taken back when the connection is deleted, and then the keys are forgotten', async () => {
    const { id } = await connect();
    await app.background();
    expect(endpointsOf(id)).toHaveLength(1);
    await account.call('DELETE', PATH);
    await app.background(60_000);
    expect(endpointsOf(id)).toEqual([]);
    const { credentials } = await app.application.app.get(PaymentConnections, { strict: false }).open(String(id));
    expect(credentials.secrets).toEqual({});
    expect(await secretsOf(id)).toEqual([]);
  });
});
