import type { Invoice } from '@tollkeeper/client';
import { PaymentConnections } from '../../../src/payment-connections/payment-connections.service.js';
import { EventListReader } from '../../../src/payments/catch-up/event-list.reader.js';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { eventually, startTestApplication, type TestApplication, type TestApplicationOptions } from '../../support/test-application.js';
import { openTransactionsEnded } from '../../support/test-database.js';
import { Seller, type SellerOptions } from './seller.js';

/** Above the longest pause before an unfinished intent is looked at again, with its jitter. */
const LONGEST_RECHECK_IN_MILLIS = 20_000;
/** Of an event whose object could not be read a first and a second time. */
const LONGEST_INBOX_PAUSE_IN_MILLIS = 4_000;
const ROUNDS = 4;

/** The whole application on a sandbox of its own, its loops run by hand, so that a test decides what happens between which two steps. */
export class ConvergenceWorld {
  private constructor(readonly application: TestApplication) {}

  static async start(options: TestApplicationOptions = {}): Promise<ConvergenceWorld> {
    return new ConvergenceWorld(await startTestApplication({ runLoops: false, connectStripe: false, ...options }));
  }

  stop(): Promise<void> {
    return this.application.close();
  }

  get #pool(): DatabasePool {
    return this.application.app.get(DatabasePool);
  }

  /** One seller per test: faults, clocks and customers of its own. */
  seller(options: SellerOptions = {}): Promise<Seller> {
    return Seller.open(this.application, options);
  }

  /** The month ends, its invoices are locked and handed over as far as the provider lets them; provider events are not read. */
  async endMonth(seller: Seller): Promise<void> {
    await this.lockMonth(seller);
    await this.handOver();
  }

  /** The month ends and its invoices are locked; nothing is sent yet. */
  async lockMonth(seller: Seller): Promise<void> {
    await seller.beginNextMonth();
    await this.arrive(seller);
  }

  /** @param time ISO 8601 */
  async arriveAt(seller: Seller, time: string): Promise<void> {
    await seller.moveTo(time);
    await this.arrive(seller);
  }

  /** The account's clock walks to where it was told to go, and the sandbox's follows. */
  async arrive(seller: Seller): Promise<void> {
    await this.run(['account-clocks']);
    const { control, key } = seller.stripe;
    await control.advanceClock(key, Math.max(0, (await seller.now()) - control.clock(key).now));
  }

  async run(loops: readonly string[], laterInMillis = 0): Promise<void> {
    this.application.clock.advance(laterInMillis);
    if (loops.some((name) => name.includes('usage'))) await openTransactionsEnded(this.#pool);
    await this.application.loops.drain(loops);
  }

  handOver(): Promise<void> {
    return this.run(['invoice-hand-over']);
  }

  /** Unfinished intents are due again. */
  recheck(): Promise<void> {
    return this.run(['provider-intents'], LONGEST_RECHECK_IN_MILLIS);
  }

  /** The event lists of these sellers' connections are read, and the inbox handles what is new. */
  async readEvents(...sellers: readonly Seller[]): Promise<void> {
    const { app } = this.application;
    for (const connection of await app.get(PaymentConnections, { strict: false }).listActive()) {
      if (sellers.some(({ accountId }) => accountId === connection.accountId)) await app.get(EventListReader, { strict: false }).read(connection);
    }
    await this.run(['provider-inbox', 'returned-money'], LONGEST_INBOX_PAUSE_IN_MILLIS);
  }

  /** What the hand-over and its unfinished intents do within about a minute, without any news from the provider. */
  async finish(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.recheck();
      await this.run(['invoice-hand-over']);
    }
  }

  /** Everything the background does within about a minute of process time. */
  async converge(...sellers: readonly Seller[]): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      await this.recheck();
      await this.handOver();
      await this.readEvents(...sellers);
      await this.handOver();
    }
  }

  /** Locked with 12.00 USD, nothing sent yet. */
  async lockedInvoice(seller: Seller, customerId = 'ada', card: string | null = 'pm_card_visa'): Promise<Invoice> {
    await seller.customer(customerId, card);
    await seller.use(customerId, 200);
    await this.lockMonth(seller);
    return seller.invoice(customerId);
  }

  /**
   * Lets work run into rows that another transaction holds, and lets that one commit once the work waits for it.
   * @param lock takes the rows; `change` is what the other transaction does before it commits
   */
  async whileLocked(lock: string, work: () => Promise<void>, change: string): Promise<void> {
    const client = await this.#pool.connect();
    const onLost = (): void => undefined;
    client.on('error', onLost);
    try {
      await client.query('begin');
      await client.query(lock);
      const working = work();
      const waiting = `select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await eventually('work that waits for the lock', () => this.rows<{ count: number }>(waiting, []), ([row]) => (row?.count ?? 0) > 0);
      await client.query(change);
      await client.query('commit');
      await working;
    } finally {
      client.off('error', onLost);
      client.release();
    }
  }

  async rows<Row extends object>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#pool.query<Row>(statement, [...values])).rows;
  }

  /** Kinds and outcomes of an invoice's intents, oldest first. */
  async intents(invoiceId: string): Promise<string[]> {
    const rows = await this.rows<{ kind: string; outcome: string }>('select kind, outcome from provider_intent where subject_id = $1 order by create_time, id', [invoiceId]);
    return rows.map(({ kind, outcome }) => `${kind} ${outcome}`);
  }

  /** What was told of an invoice, oldest first, without repetitions in a row. */
  async told(invoiceId: string): Promise<string[]> {
    const rows = await this.rows<{ told: string }>(
      `select type || coalesce(' ' || (data ->> 'paymentStatusReason'), '') as told from outbox_event where object_id = $1 and type like 'invoice.%' order by sequence`,
      [invoiceId],
    );
    return rows.map(({ told }) => told);
  }
}

/** What an invoice says about its money, in one line for tables. */
export function statusOf({ paymentStatus, paymentStatusReason }: Pick<Invoice, 'paymentStatus' | 'paymentStatusReason'>): string {
  return `${paymentStatus} ${paymentStatusReason ?? ''}`.trim();
}
