import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionWebhook } from '@tollkeeper/client';
import { PaymentConnections } from '../../../src/payment-connections/payment-connections.service.js';
import { eventually } from '../../support/test-application.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';
import { stripeEvent, WebhookSender } from './inbox-world.js';

const PUBLIC_URL = 'http://127.0.0.1:9';
const DAY_IN_MILLIS = 86_400_000;
const ENDPOINTS = ['webhook-endpoints', 'provider-intents'];
const CHECKS = ['webhook-endpoint-checks', ...ENDPOINTS];

describe('Signing secrets of webhooks', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start({ publicUrl: PUBLIC_URL });
  });

  afterAll(() => world.stop());

  const event = (): string => stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' });
  const webhook = async (seller: Seller): Promise<ConnectionWebhook> => (await seller.client.paymentProviders.connection.get('STRIPE')).webhook;
  const current = async (seller: Seller) => (await webhook(seller)).secrets.map((secret) => [secret.hint, secret.current, secret.lastMatchTime !== null]);
  const endpoints = (seller: Seller) => seller.stripe.list('webhook_endpoints');
  /** Of the endpoints we registered, oldest first: only we know them. */
  async function secretsOf(connectionId: string): Promise<string[]> {
    return (await world.application.app.get(PaymentConnections, { strict: false }).webhookSecrets(connectionId)).map((secret) => secret.reveal());
  }
  const told = async (seller: Seller) => (await world.rows<{ type: string }>(`select type from outbox_event where type like 'webhook_endpoint.%' and account_id = $1 order by sequence`, [seller.accountId])).map(({ type }) => type);

  describe('of an endpoint that was set up by hand', () => {
    it('are both accepted until the new one has verified a webhook', async () => {
      const seller = await world.seller();
      const sender = await WebhookSender.of(world.application, seller, 'whsec_first_of_two_1111');
      expect(await sender.send(event())).toMatchObject({ status: 200 });
      await eventually('the noted match', () => current(seller), ([first]) => first?.[2] === true);
      const rotated = await seller.client.paymentProviders.connection.rotateWebhookSecret('STRIPE', { webhookSecret: 'whsec_second_of_two_2222' });
      expect(rotated.webhook.secrets).toMatchObject([
        { hint: '…1111', current: false, expireTime: expect.any(Number), lastMatchTime: expect.any(Number) },
        { hint: '…2222', current: true, expireTime: null, lastMatchTime: null },
      ]);
      for (let delivery = 0; delivery < 3; delivery += 1) expect(await sender.send(event())).toMatchObject({ status: 200 });
      expect(await sender.send(event(), { secret: 'whsec_second_of_two_2222' })).toMatchObject({ status: 200 });
      await eventually('the end of the rotation', () => current(seller), (secrets) => secrets.length === 1);
      expect(await current(seller)).toEqual([['…2222', true, true]]);
      expect(await sender.send(event())).toMatchObject({ status: 400 });
      expect(await sender.send(event(), { secret: 'whsec_second_of_two_2222' })).toMatchObject({ status: 200 });
    });

    it('the former one ends after a day where the new one never verifies anything', async () => {
      const seller = await world.seller();
      const sender = await WebhookSender.of(world.application, seller, 'whsec_former_1111');
      await seller.client.paymentProviders.connection.put('STRIPE', { credentials: { webhookSecret: 'whsec_never_used_2222' } });
      world.application.clock.advance(DAY_IN_MILLIS - 60_000);
      expect(await sender.send(event())).toMatchObject({ status: 200 });
      world.application.clock.advance(60_000);
      expect(await sender.send(event())).toMatchObject({ status: 400 });
    });

    it('have to be brought, and to be others', async () => {
      const { client } = await world.seller();
      const { connection } = client.paymentProviders;
      await connection.put('STRIPE', { credentials: { webhookSecret: 'whsec_the_one' } });
      await expect(connection.rotateWebhookSecret('STRIPE')).rejects.toMatchObject({ status: 400, code: 'webhook_secret_needed' });
      await expect(connection.rotateWebhookSecret('STRIPE', { webhookSecret: 'whsec_the_one' })).rejects.toMatchObject({ status: 409, code: 'webhook_secret_unchanged' });
      await expect(connection.rotateWebhookSecret('STRIPE', { webhookSecret: 'not a secret' })).rejects.toMatchObject({ status: 400, code: 'invalid_credentials' });
      expect((await connection.get('STRIPE')).webhook.secrets).toHaveLength(1);
    });
  });

  describe('of an endpoint that we registered', () => {
    async function registered(): Promise<{ seller: Seller; id: string; deliver: (secret: string) => Promise<number> }> {
      const seller = await world.seller();
      await world.run(ENDPOINTS);
      const { id, webhook: shown } = await seller.client.paymentProviders.connection.get('STRIPE');
      const sender = WebhookSender.at(world.application, { id, path: shown.path });
      return { seller, id, deliver: async (secret) => (await sender.send(event(), { secret })).status };
    }

    it('belong to two endpoints until the second one has delivered; then the first is deleted', async () => {
      const { seller, id, deliver } = await registered();
      const [first] = await secretsOf(id);
      const rotated = await seller.client.paymentProviders.connection.rotateWebhookSecret('STRIPE');
      expect(rotated.webhook).toMatchObject({ status: 'registered' });
      const [, second] = await secretsOf(id);
      expect(await endpoints(seller)).toHaveLength(2);
      await world.run(ENDPOINTS);
      expect(await deliver(first!)).toBe(200);
      expect(await endpoints(seller)).toHaveLength(2);
      expect(await deliver(second!)).toBe(200);
      await eventually('the noted match', () => current(seller), (secrets) => secrets.some(([, isCurrent, hasMatched]) => isCurrent && hasMatched));
      await world.run(ENDPOINTS);
      await world.run(ENDPOINTS, 60_000);
      expect(await endpoints(seller)).toMatchObject([{ id: (await webhook(seller)).secrets[0]!.webhookId }]);
      expect(await secretsOf(id)).toEqual([second]);
      expect(await deliver(second!)).toBe(200);
      expect(await deliver(first!)).toBe(400);
    });

    it('go on as they are where no second endpoint can be made', async () => {
      const { seller, id, deliver } = await registered();
      const before = await secretsOf(id);
      seller.trouble('POST /v1/webhook_endpoints', { kind: 'error', status: 400 });
      const { webhook: after } = await seller.client.paymentProviders.connection.rotateWebhookSecret('STRIPE');
      expect(after).toMatchObject({ status: 'registered', reason: expect.any(String) });
      expect(await secretsOf(id)).toEqual(before);
      expect(await deliver(before[0]!)).toBe(200);
    });

    it('are of no use while the endpoint is switched off: it is switched on again, and said so', async () => {
      const { seller } = await registered();
      const [endpoint] = await endpoints(seller);
      await seller.stripe.call('POST', `/v1/webhook_endpoints/${endpoint!.id}`, { disabled: 'true' });
      await world.run(CHECKS);
      expect(await endpoints(seller)).toMatchObject([{ id: endpoint!.id, status: 'enabled' }]);
      expect(await told(seller)).toEqual(['webhook_endpoint.disabled']);
      await world.run(CHECKS);
      expect(await told(seller)).toHaveLength(1);
    });

    it('are made anew where the endpoint was deleted there', async () => {
      const { seller, id, deliver } = await registered();
      const [endpoint] = await endpoints(seller);
      await seller.deleteAtStripe(`/v1/webhook_endpoints/${endpoint!.id}`);
      await world.run(CHECKS);
      expect(await told(seller)).toEqual(['webhook_endpoint.missing']);
      expect(await endpoints(seller)).toHaveLength(1);
      expect(await deliver((await secretsOf(id)).at(-1)!)).toBe(200);
    });

    it('belong to a second endpoint where the first renders events in another version', async () => {
      const { seller } = await registered();
      const [endpoint] = await endpoints(seller);
      const { id } = await seller.stripe.call('POST', '/v1/webhook_endpoints', { url: String(endpoint!['url']), 'enabled_events[0]': 'invoice.paid' });
      await world.rows(`update payment_connection set webhook = webhook || jsonb_build_object('id', $2::text) where account_id = $1`, [seller.accountId, id]);
      await world.run(CHECKS);
      expect(await told(seller)).toEqual(['webhook_endpoint.outdated']);
      const versions = (await endpoints(seller)).map(({ api_version: version }) => version);
      expect(versions).toEqual(['2026-10-28.endive', null, '2026-10-28.endive']);
      await world.run(CHECKS);
      expect(await told(seller)).toHaveLength(1);
    });
  });
});
