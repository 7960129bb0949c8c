import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ObjectLeases } from '../../../src/platform/leases/object-leases.js';
import { eventually, startTestApplication, type TestApplication } from '../../support/test-application.js';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';
import { idOf, metric, stripeEvent, WebhookSender } from './inbox-world.js';

const FETCH = 'GET /v1/invoice_payments';
const INBOX = ['provider-inbox'];
const LONGEST_PAUSE_IN_MILLIS = 300_000;

describe('Handling of the inbox', () => {
  let world: ConvergenceWorld;
  /** Another process on the same database. */
  let second: TestApplication;
  let seller: Seller;
  let sender: WebhookSender;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
    const { database, sandbox, adminKey } = world.application;
    second = await startTestApplication({ database, sandbox, adminKey, runLoops: false, connectStripe: false });
    seller = await world.seller();
    sender = await WebhookSender.of(world.application, seller);
  });

  afterAll(async () => {
    await second.close();
    await world.stop();
  });

  interface Row {
    readonly status: string;
    readonly attempts: number;
    readonly failures: number;
  }
  const rowOf = async (event: string): Promise<Row> => (await world.rows<Row>('select status, attempts, failures from webhook_inbox where provider_event_id = $1', [idOf(event)]))[0]!;
  const invoiceEvent = (id: string): string => stripeEvent('invoice.updated', { object: 'invoice', id });
  const deliver = async (...events: readonly string[]): Promise<void> => void (await Promise.all(events.map((event) => sender.send(event))));
  const fetches = (): number => seller.stripe.requests(FETCH).length;
  /** What cannot be read by this version of the software. */
  const poison = async (event: string): Promise<void> => void (await world.rows(`update webhook_inbox set event = '{}' where provider_event_id = $1`, [idOf(event)]));

  it('asks the provider once for all that arrived about one object', async () => {
    const before = fetches();
    await deliver(...Array.from({ length: 12 }, () => invoiceEvent('in_coalesced')));
    await world.run(INBOX);
    expect(fetches() - before).toBe(1);
  });

  it('keeps a failing event from nobody else, gives it up after 15 attempts, and says so', async () => {
    const [bad, good] = [invoiceEvent('in_bad'), invoiceEvent('in_good')];
    await deliver(bad, good);
    await poison(bad);
    await world.run(INBOX);
    expect([await rowOf(bad), await rowOf(good)]).toEqual([{ status: 'pending', attempts: 1, failures: 1 }, expect.objectContaining({ status: 'foreign' })]);
    await world.run(INBOX);
    expect(await rowOf(bad)).toMatchObject({ attempts: 1 });
    for (let attempt = 2; attempt <= 15; attempt += 1) await world.run(INBOX, LONGEST_PAUSE_IN_MILLIS);
    expect(await rowOf(bad)).toEqual({ status: 'dead', attempts: 15, failures: 15 });
    await world.run(INBOX, LONGEST_PAUSE_IN_MILLIS);
    expect(await rowOf(bad)).toMatchObject({ attempts: 15 });
    const told = await world.rows<{ data: { providerEventId: string } }>(`select data from outbox_event where type = 'webhook_event.dead' and account_id = $1`, [seller.accountId]);
    expect(told.map(({ data }) => data)).toMatchObject([{ providerEventId: idOf(bad), type: 'invoice.updated', attempts: 15, connectionId: sender.connectionId }]);
    expect(await metric(world.application, 'webhook_inbox_events', { status: 'dead' })).toBe(1);
    expect(await metric(world.application, 'webhook_inbox_handled_total', { result: 'dead' })).toBe(1);
  });

  it('waits through an outage of the provider however long it is, without giving anything up', async () => {
    const event = invoiceEvent('in_outage');
    await deliver(event);
    seller.trouble(FETCH, { kind: 'error', status: 503, count: 1_000 });
    for (let attempt = 0; attempt < 20; attempt += 1) await world.run(INBOX, LONGEST_PAUSE_IN_MILLIS);
    expect(await rowOf(event)).toEqual({ status: 'pending', attempts: 20, failures: 0 });
    expect(await metric(world.application, 'webhook_inbox_oldest_pending_seconds')).toBeGreaterThan(3_600);
    seller.stripe.control.clearFaults();
    await world.run(INBOX, LONGEST_PAUSE_IN_MILLIS);
    expect(await rowOf(event)).toMatchObject({ status: 'foreign', attempts: 21 });
  });

  it('shares events among workers, each handled once; those of a worker that died are free at once', async () => {
    second.clock.advance(world.application.clock.now() - second.clock.now());
    const events = Array.from({ length: 240 }, (_, index) => invoiceEvent(`in_shared_${index}`));
    await deliver(...events);
    const [abandoned, held] = [events[0]!, events[1]!];
    const lease = await second.app.get(ObjectLeases).tryAcquire('inbox-worker:somebody');
    await world.rows('update webhook_inbox set claimed_by = 1 where provider_event_id = $1', [idOf(abandoned)]);
    await world.rows(`update webhook_inbox set claimed_by = hashtextextended('inbox-worker:somebody', 0) where provider_event_id = $1`, [idOf(held)]);
    const before = fetches();
    await Promise.all([world.application.loops.drain(INBOX), second.loops.drain(INBOX)]);
    expect(fetches() - before).toBe(events.length - 1);
    expect(await rowOf(abandoned)).toEqual({ status: 'foreign', attempts: 1, failures: 0 });
    expect(await rowOf(held)).toMatchObject({ status: 'pending', attempts: 0 });
    const parts = await Promise.all([world.application, second].map((application) => metric(application, 'webhook_inbox_handled_total', { result: 'foreign' })));
    expect(Math.min(...parts)).toBeGreaterThan(0);
    await lease?.release();
    await world.run(INBOX, 1_000);
    expect(await rowOf(held)).toMatchObject({ status: 'foreign', attempts: 1 });
  });

  it('brings a status from the webhook alone, whatever the order and number of deliveries', async () => {
    const { id } = await world.lockedInvoice(seller, 'ada', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('ada');
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    const events = (await seller.stripe.list('events')).filter((event) => JSON.stringify(event).includes(String(providerInvoiceId)));
    await deliver(...[...events, ...events].map((event) => JSON.stringify(event)));
    await world.run(INBOX);
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
    expect((await world.told(id)).filter((told) => told.startsWith('invoice.settled'))).toHaveLength(1);
    expect(await metric(world.application, 'webhook_to_status_seconds')).toBeGreaterThan(0);
  });

  it('takes no news for old because the clock of the process it came to is behind', async () => {
    const { clock } = world.application;
    second.clock.advance(clock.now() - second.clock.now());
    clock.advance(10_000);
    await world.lockedInvoice(seller, 'bob', null);
    await world.handOver();
    const { providerInvoiceId } = await seller.invoice('bob');
    await deliver(invoiceEvent(String(providerInvoiceId)));
    await world.run(INBOX);
    await seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    await (await WebhookSender.of(second, seller)).send(stripeEvent('invoice.paid', { object: 'invoice', id: providerInvoiceId }));
    await second.loops.drain(INBOX);
    expect(statusOf(await seller.invoice('bob'))).toBe('settled paid');
  });

  it('handles one seller’s events while another’s provider does not answer', async () => {
    const other = await world.seller();
    const others = await WebhookSender.of(world.application, other);
    seller.trouble(FETCH, { kind: 'latency', latencyInMillis: 3_000, count: 1_000 });
    const slow = Array.from({ length: 30 }, (_, index) => invoiceEvent(`in_slow_${index}`));
    await deliver(...slow);
    second.loops.start();
    await eventually('the slow fetches', () => Promise.resolve(fetches()), (count) => count > 0);
    const event = invoiceEvent('in_other');
    await others.send(event);
    await eventually('the other seller’s event', () => rowOf(event), ({ status }) => status === 'foreign');
    expect(await rowOf(slow.at(-1)!)).toMatchObject({ status: 'pending' });
    seller.stripe.control.clearFaults();
    for (const each of slow) await eventually('the slow events', () => rowOf(each), ({ status }) => status === 'foreign');
  });
});
