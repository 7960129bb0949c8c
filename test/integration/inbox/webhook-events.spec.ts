import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WebhookEvent } from '@tollkeeper/client';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';
import { idOf, stripeEvent, WebhookSender } from './inbox-world.js';

const INBOX = ['provider-inbox'];

describe('Webhook events as they are shown, and handled again', () => {
  let world: ConvergenceWorld;
  let seller: Seller;
  let sender: WebhookSender;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function open(): Promise<void> {
    seller = await world.seller();
    sender = await WebhookSender.of(world.application, seller);
  }
  const shown = async (event: string): Promise<WebhookEvent> => {
    const found = (await seller.client.webhookEvents.list()).items.find(({ providerEventId }) => providerEventId === idOf(event));
    if (!found) throw new Error('The event is not listed.');
    return found;
  };
  /** Given up: what is stored of them cannot be read, their bodies can. */
  async function kill(...events: readonly string[]): Promise<void> {
    await world.rows(`update webhook_inbox set event = '{}', status = 'dead', attempts = 15, failures = 15, error = 'Cannot be read.' where provider_event_id = any($1)`, [events.map(idOf)]);
  }

  it('are listed by status, type, connection and source, a page at a time, without their bodies', async () => {
    await open();
    const types = ['invoice.paid', 'invoice.voided', 'issuing_card.created'];
    const events = types.map((type) => stripeEvent(type, { object: type.startsWith('invoice') ? 'invoice' : 'issuing.card', id: 'x_1', customer_email: 'ada@example.com' }));
    for (const event of events) await sender.send(event);
    await world.run(INBOX);
    const { webhookEvents } = seller.client;
    const all: WebhookEvent[] = [];
    for await (const event of webhookEvents.all({ limit: 1 })) all.push(event);
    expect(all.map(({ type, status, source }) => [type, status, source])).toEqual([
      ['invoice.paid', 'foreign', 'webhook'],
      ['invoice.voided', 'foreign', 'webhook'],
      ['issuing_card.created', 'ignored', 'webhook'],
    ]);
    expect(JSON.stringify(all)).not.toContain('ada@example.com');
    expect((await webhookEvents.list({ status: 'foreign', type: 'invoice.voided' })).items.map(({ type }) => type)).toEqual(['invoice.voided']);
    expect((await webhookEvents.list({ connectionId: sender.connectionId, source: 'event_list' })).items).toEqual([]);
    expect((await webhookEvents.list({ connectionId: 'con_nobodys' })).items).toEqual([]);
    const [first] = all;
    expect(await webhookEvents.get(first!.id)).toEqual(first);
    expect(first).toMatchObject({ objects: [{ kind: 'invoice', id: 'x_1' }], attempts: 1, failures: 0, error: null, nextAttemptTime: null });
  });

  it('that are dead are handled again, read anew from their bodies, and it is recorded who asked for it', async () => {
    await open();
    await world.lockedInvoice(seller, 'ada');
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: providerInvoiceId });
    await sender.send(event);
    await kill(event);
    const dead = await shown(event);
    expect(dead).toMatchObject({ status: 'dead', attempts: 15, error: 'Cannot be read.', nextAttemptTime: null, objects: [] });
    const replayed = await seller.client.webhookEvents.replay(dead.id);
    expect(replayed).toMatchObject({ status: 'pending', attempts: 15, failures: 0, error: null, objects: [{ kind: 'invoice', id: providerInvoiceId }] });
    await world.run(INBOX);
    expect(await shown(event)).toMatchObject({ status: 'processed', attempts: 16, error: null });
    const told = await world.rows<{ data: unknown }>(`select data from outbox_event where type = 'webhook_event.replayed' and account_id = $1`, [seller.accountId]);
    expect(told).toEqual([{ data: { webhookEventId: dead.id, was: 'dead', status: 'pending', apiKeyId: expect.stringMatching(/^key_/) } }]);
  });

  it.each(['processed', 'foreign', 'pending'])('that are %s can be handled again as well', async (status) => {
    await open();
    const event = stripeEvent('invoice.updated', { object: 'invoice', id: 'in_again' });
    await sender.send(event);
    await world.run(INBOX);
    await world.rows('update webhook_inbox set status = $2, next_attempt_time = $3 where provider_event_id = $1', [idOf(event), status, Number.MAX_SAFE_INTEGER]);
    await seller.client.webhookEvents.replay((await shown(event)).id);
    await world.run(INBOX);
    expect(await shown(event)).toMatchObject({ status: 'foreign', attempts: 2 });
  });

  it('whose body was stored under another key are handled again by what was read of them when they came', async () => {
    await open();
    await world.lockedInvoice(seller, 'ada');
    await world.handOver();
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: (await seller.invoice('ada')).providerInvoiceId });
    await sender.send(event);
    await world.rows(`update webhook_body set content = set_byte(content, 40, (get_byte(content, 40) + 1) % 256) where id = (select body_id from webhook_inbox where provider_event_id = $1)`, [idOf(event)]);
    await world.rows(`update webhook_inbox set status = 'dead' where provider_event_id = $1`, [idOf(event)]);
    expect(await seller.client.webhookEvents.replay((await shown(event)).id)).toMatchObject({ status: 'pending' });
    await world.run(INBOX);
    expect(await shown(event)).toMatchObject({ status: 'processed' });
  });

  it('that say nothing to us stay ignored', async () => {
    await open();
    const event = stripeEvent('issuing_card.created', { object: 'issuing.card', id: 'ic_1' });
    await sender.send(event);
    expect(await seller.client.webhookEvents.replay((await shown(event)).id)).toMatchObject({ status: 'ignored' });
  });

  it('that are dead are handled again all at once, or those of a filter', async () => {
    await open();
    const paid = Array.from({ length: 3 }, (_, index) => stripeEvent('invoice.paid', { object: 'invoice', id: `in_${index}` }));
    const voided = stripeEvent('invoice.voided', { object: 'invoice', id: 'in_v' });
    for (const event of [...paid, voided]) await sender.send(event);
    await kill(...paid, voided);
    const { webhookEvents } = seller.client;
    expect(await webhookEvents.replayDead({ type: 'invoice.voided' })).toEqual({ replayed: 1, hasMore: false });
    expect(await webhookEvents.replayDead({ connectionId: 'con_nobodys' })).toEqual({ replayed: 0, hasMore: false });
    expect((await webhookEvents.list({ status: 'dead' })).items).toHaveLength(3);
    expect(await webhookEvents.replayDead()).toEqual({ replayed: 3, hasMore: false });
    await world.run(INBOX);
    expect((await webhookEvents.list()).items.map(({ status }) => status)).toEqual(['foreign', 'foreign', 'foreign', 'foreign']);
  });
});
