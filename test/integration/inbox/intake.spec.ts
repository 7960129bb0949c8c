import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';
import { idOf, metric, remember, stripeEvent, stripeSignature, WebhookSender } from './inbox-world.js';

/** More of them by hand: see docs/proofs.md. */
const WRONG_SIGNATURES = Number(process.env.WRONG_SIGNATURES ?? 2_000);

class Warnings implements LoggerService {
  readonly lines: string[] = [];

  log(): void {
    // Only warnings are of interest.
  }

  error(): void {
    // Only warnings are of interest.
  }

  warn(message: string): void {
    this.lines.push(message);
  }
}

describe('Intake of webhooks', () => {
  const log = new Warnings();
  let world: ConvergenceWorld;
  let seller: Seller;
  let sender: WebhookSender;

  beforeAll(async () => {
    world = await ConvergenceWorld.start({ logger: log });
    seller = await world.seller();
    sender = await WebhookSender.of(world.application, seller);
  });

  afterAll(() => world.stop());

  const stored = (eventId: string) => world.rows<{ status: string; source: string }>('select status, source from webhook_inbox where provider_event_id = $1', [eventId]);
  const refused = (reason: string) => metric(world.application, 'webhooks_refused_total', { reason });

  it('stores each event once, however often and by however many requests at once it is delivered', async () => {
    const events = Array.from({ length: 40 }, () => stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' }));
    const answers = await Promise.all([...events, ...events.toReversed(), ...events].map((event) => sender.send(event)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.filter(({ received }) => received)).toHaveLength(40);
    for (const event of events) expect(await stored(idOf(event))).toEqual([{ status: 'pending', source: 'webhook' }]);
    expect(await metric(world.application, 'webhooks_received_total', { outcome: 'duplicate' })).toBe(80);
    expect(await metric(world.application, 'webhook_inbox_events', { status: 'pending' })).toBeGreaterThanOrEqual(40);
  });

  it('keeps types it does not know, as ignored', async () => {
    const event = stripeEvent('issuing_card.created', { object: 'issuing.card', id: 'ic_1' });
    expect(await sender.send(event)).toEqual({ status: 200, received: true });
    expect(await stored(idOf(event))).toEqual([{ status: 'ignored', source: 'webhook' }]);
  });

  it.each([
    ['299 s ago', -299_000, 200],
    ['299 s ahead', 299_000, 200],
    ['302 s ago', -302_000, 400],
    ['302 s ahead', 302_000, 400],
  ])('answers one that was signed %s', async (_when, offset, status) => {
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' });
    expect(await sender.send(event, { signedAtInMillis: Date.now() + offset })).toMatchObject(status === 200 ? { status, received: true } : { status, code: 'invalid_webhook_signature' });
    expect(await stored(idOf(event))).toHaveLength(status === 200 ? 1 : 0);
  });

  it('refuses thousands of wrong signatures without storing or telling of each, while others are served', async () => {
    const other = await WebhookSender.of(world.application, await world.seller());
    const [before, lines] = [await refused('signature'), log.lines.length];
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' });
    const answers: { status: number; code?: string }[] = [];
    for (let round = 0; round < WRONG_SIGNATURES / 100; round += 1) {
      answers.push(...(await Promise.all(Array.from({ length: 100 }, () => sender.send(event, { secret: 'whsec_wrong' })))));
      expect(await other.send(stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' }))).toEqual({ status: 200, received: true });
    }
    expect(answers.filter(({ status, code }) => status === 400 && code === 'invalid_webhook_signature')).toHaveLength(WRONG_SIGNATURES);
    expect((await refused('signature')) - before).toBe(WRONG_SIGNATURES);
    expect(await stored(idOf(event))).toEqual([]);
    expect(log.lines.slice(lines).filter((line) => line.includes(sender.connectionId)).length).toBeLessThanOrEqual(1);
    expect(await sender.send(event)).toEqual({ status: 200, received: true });
  });

  it('leads nowhere under the address of an unknown connection, another provider, or one that was deleted', async () => {
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' });
    const gone = await world.seller();
    const { address } = await WebhookSender.of(world.application, gone);
    await gone.client.paymentProviders.connection.delete('STRIPE');
    const urls = [sender.address.replace(sender.connectionId, 'con_nobodys'), sender.address.replace('/stripe/', '/toy/'), sender.address.replace('/stripe/', '/__proto__/'), address];
    for (const url of urls) expect(await sender.send(event, { url })).toEqual({ status: 404, code: 'webhook_endpoint_not_found' });
  });

  it('takes no event of one connection under the address of another', async () => {
    const other = await WebhookSender.of(world.application, await world.seller());
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' });
    expect(await sender.send(event, { url: other.address })).toEqual({ status: 400, code: 'invalid_webhook_signature' });
  });

  it.each(['', 'null', '[]', '{"object":"event"}', 'not json', '{"object":"v2.core.event","id":"evt_1","type":"x","created":"2026-01-01"}'])('refuses the signed body %j', async (body) => {
    expect(await sender.send(body)).toEqual({ status: 400, code: body === '' ? 'empty_body' : 'invalid_webhook_body' });
  });

  it.each([
    ['of a known length', (socket: Socket) => socket.write('Content-Length: 5242880\r\n\r\n')],
    ['of unknown length', (socket: Socket) => socket.write(`Transfer-Encoding: chunked\r\n\r\n${'10000\r\n'.concat('x'.repeat(65_536), '\r\n').repeat(20)}`)],
  ])('answers 413 to 5 MB %s before they have been sent', async (_name, begin) => {
    const { hostname, port, pathname } = new URL(sender.address);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nStripe-Signature: t=1,v1=00\r\n`);
    begin(socket);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()) && text.includes('errorMessage') && resolve(text));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"code":"body_too_large"');
  });

  it('takes what is signed with a secret that another process has stored a moment ago', async () => {
    const other = await startTestApplication({ database: world.application.database, sandbox: world.application.sandbox, adminKey: world.application.adminKey, runLoops: false, connectStripe: false });
    const both: readonly TestApplication[] = [world.application, other];
    for (const secret of ['whsec_second', 'whsec_third']) {
      for (const application of both) await remember(application, sender.connectionId);
      await WebhookSender.of(world.application, seller, secret);
      for (const { url } of both) {
        const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown' });
        expect(await sender.send(event, { secret, url: sender.address.replace(world.application.url, url) })).toEqual({ status: 200, received: true });
      }
    }
    await other.close();
  });

  it('verifies the bytes as they were sent, not what they mean', async () => {
    const event = `${stripeEvent('invoice.paid', { object: 'invoice', id: 'in_unknown', text: 'naïve ✓' })}\n`;
    const headers = { 'Content-Type': 'application/json', 'Stripe-Signature': stripeSignature(event, 'whsec_third', Date.now()) };
    expect((await fetch(sender.address, { method: 'POST', body: event, headers })).status).toBe(200);
    expect((await fetch(sender.address, { method: 'POST', body: event.trim(), headers })).status).toBe(400);
  });
});
