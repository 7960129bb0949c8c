import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionFollowing } from '@tollkeeper/client';
import { bucketLimits } from '../../../src/provider-intents/rate-budget/bucket-limits.js';
import { SimulatedClock } from '../../support/simulated-clock.js';
import { ConvergenceWorld } from './convergence-world.js';
import type { Seller } from './seller.js';

const HOUR_IN_MILLIS = 3_600_000;
const STEP_IN_MILLIS = 2_000;
const EACH = 15;
const REQUESTS_PER_SECOND = 20;
const BACKGROUND = ['provider-catch-up', 'provider-inbox', 'returned-money', 'provider-intents', 'invoice-hand-over', 'customer-link-checks', 'provider-janitor'];

/** Moves only when it is told to, and where nothing but a pause is left: how busy the machine is does not count. */
class StillClock extends SimulatedClock {
  #time = Date.now();

  override now(): number {
    return this.#time;
  }

  override advance(millis: number): void {
    this.#time += millis;
  }
}

/** Where the outage meets them: the operation at which the last answers are lost, half of them with the work done. */
interface Stage {
  readonly operation: string;
  /** Until the operation is asked for. */
  readonly prepare?: (seller: Seller, customerId: string) => Promise<void>;
  /** Asks for it; how that is answered is not what this is about. */
  readonly begin: (world: ConvergenceWorld, seller: Seller) => Promise<unknown>;
  /** Rows at the provider in the end, for each customer one. */
  readonly end: Readonly<Record<string, object>>;
}

const PAID = { customers: {}, invoices: { status: 'paid', total: 1000 }, charges: { amount: 1000, paid: true } };
const withCard = (seller: Seller, customerId: string): Promise<void> => seller.customer(customerId);
const handOver = (world: ConvergenceWorld): Promise<void> => world.handOver();
const forEach = (seller: Seller, ask: (seller: Seller, customerId: string) => Promise<unknown>): Promise<unknown> => Promise.allSettled(customers().map((customerId) => ask(seller, customerId)));

const STAGES: Readonly<Record<string, Stage>> = {
  'customers being created': { operation: 'POST /v1/customers', begin: (_world, seller) => forEach(seller, (_seller, customerId) => seller.customer(customerId, null)), end: { customers: {} } },
  drafts: { operation: 'POST /v1/invoices', prepare: withCard, begin: handOver, end: PAID },
  lines: { operation: 'POST /v1/invoices/*/add_lines', prepare: withCard, begin: handOver, end: PAID },
  'documents being finalized': { operation: 'POST /v1/invoices/*/finalize', prepare: withCard, begin: handOver, end: PAID },
  payments: { operation: 'POST /v1/invoices/*/pay', prepare: withCard, begin: handOver, end: PAID },
  'documents being voided': {
    operation: 'POST /v1/invoices/*/void',
    prepare: (seller, customerId) => seller.customer(customerId, null),
    begin: (_world, seller) => forEach(seller, async ({ client }, customerId) => client.invoices.void((await seller.invoice(customerId)).id)),
    end: { customers: {}, invoices: { status: 'void' } },
  },
  refunds: {
    operation: 'POST /v1/refunds',
    prepare: withCard,
    begin: (_world, seller) => forEach(seller, async ({ client }, customerId) => client.refunds.create((await seller.invoice(customerId)).id)),
    end: { ...PAID, refunds: { amount: 1000, status: 'succeeded' } },
  },
};

function customers(): string[] {
  return Array.from({ length: EACH }, (_, index) => `customer-${index}`);
}

describe(`An outage of an hour that meets ${EACH * Object.keys(STAGES).length} objects at every stage`, () => {
  let world: ConvergenceWorld;
  const sellers = new Map<string, Seller>();
  const clock = new StillClock();

  beforeAll(async () => {
    world = await ConvergenceWorld.start({ clock });
    await Promise.all(Object.keys(STAGES).map(async (name) => sellers.set(name, await world.seller({ settings: { requestsPerSecond: REQUESTS_PER_SECOND } }))));
    await Promise.all([...sellers].flatMap(([name, seller]) => customers().map((customerId) => STAGES[name]!.prepare?.(seller, customerId))));
    for (const seller of billed()) await seller.beginNextMonth();
    for (const seller of billed()) await world.arrive(seller);
  });

  afterAll(() => world.stop());

  const billed = (): Seller[] => [...sellers].filter(([name]) => STAGES[name]!.prepare).map(([, seller]) => seller);

  function loseAnswers(seller: Seller, operation: string): void {
    const done = Math.floor(EACH / 2);
    seller.trouble(operation, { kind: 'reset_after', count: done });
    seller.trouble(operation, { kind: 'reset_before', skip: done, count: Number.MAX_SAFE_INTEGER });
  }

  /** What is not as it will be in the end, for people who read a failure. */
  async function unsettled(): Promise<string[]> {
    const rows = await world.rows<{ told: string }>(
      `select 'invoice ' || payment_status as told from invoice where lock_time is not null and payment_status not in ('settled', 'not_needed')
       union all select 'link ' || status from customer_link where status = 'pending'
       union all select 'refund ' || status from refund where status <> 'succeeded'
       union all select 'intent ' || kind || ' ' || outcome from provider_intent where outcome in ('created', 'unknown')
       union all select 'event ' || type from webhook_inbox where status in ('pending', 'dead')`,
      [],
    );
    return rows.map(({ told }) => told);
  }

  const followingOf = async (name: string): Promise<ConnectionFollowing | undefined> => (await sellers.get(name)!.client.paymentProviders.connection.get('STRIPE')).following;
  const requestsOf = ({ stripe }: Seller): number => stripe.control.ledger({ key: stripe.key }).length;

  it('loses nothing, doubles nothing, and all is settled within the bound', async () => {
    // The last stages begin where the others have ended.
    const late = ['documents being voided', 'refunds'];
    for (const [name, seller] of sellers) if (!late.includes(name)) loseAnswers(seller, STAGES[name]!.operation);
    await handOver(world);
    for (const name of late) loseAnswers(sellers.get(name)!, STAGES[name]!.operation);
    for (const [name, seller] of sellers) await STAGES[name]!.begin(world, seller);
    for (const seller of sellers.values()) seller.stripe.control.clearFaults(seller.stripe.key);
    for (const seller of sellers.values()) seller.troubleEverything({ kind: 'reset_before' });
    const underWay = await unsettled();
    expect(underWay.filter((told) => told.startsWith('intent '))).toHaveLength(EACH * sellers.size);
    for (let half = 0; half < 2; half += 1) await world.run(BACKGROUND, HOUR_IN_MILLIS / 2);
    expect(await followingOf('payments')).toMatchObject({ waitingIntents: EACH, eventListReadTime: null });
    expect((await unsettled()).filter((told) => told.startsWith('intent '))).toHaveLength(EACH * sellers.size);

    const before = new Map([...sellers.values()].map((seller) => [seller, requestsOf(seller)]));
    for (const seller of sellers.values()) seller.stripe.control.clearFaults(seller.stripe.key);
    const back = clock.now();
    for (let steps = 0; steps < 180 && (await unsettled()).length > 0; steps += 1) await world.run(BACKGROUND, STEP_IN_MILLIS);
    expect(await unsettled()).toEqual([]);
    const tookInSeconds = (clock.now() - back) / 1_000;
    const backlog = Math.max(...[...sellers.values()].map((seller) => requestsOf(seller) - before.get(seller)!));
    expect(await followingOf('payments')).toMatchObject({ waitingIntents: 0, waitingEvents: 0, isEventListRead: true, blockedUntil: null });
    expect((await followingOf('payments'))!.grantedPerSecond).toBeGreaterThan(0);
    expect(tookInSeconds).toBeLessThan(60 + backlog / bucketLimits(REQUESTS_PER_SECOND).refillPerSecond);
    // Else the backlog were no measure: some of it would be ours to save.
    expect(backlog).toBeLessThan(EACH * 20);

    for (const [name, { stripe }] of sellers) {
      for (const [collection, row] of Object.entries(STAGES[name]!.end)) {
        const rows = await stripe.list(collection);
        expect({ name, collection, rows: rows.length }).toEqual({ name, collection, rows: EACH });
        for (const one of rows) expect(one).toMatchObject(row);
      }
    }
  });
});
