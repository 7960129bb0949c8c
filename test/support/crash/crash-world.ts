import { createHmac, randomUUID } from 'node:crypto';
import { TollkeeperError, type Invoice, type TollkeeperClient } from '@tollkeeper/client';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import type pg from 'pg';
import { Seller, type SellerOptions } from '../../integration/convergence/seller.js';
import { sandboxKey } from '../test-application.js';
import { createTestDatabase, openPool, type TestDatabase } from '../test-database.js';
import { endStateOf, type EndState } from './end-state.js';
import { InProcessApplication } from './in-process-application.js';
import type { MortalApplication } from './mortal-application.js';

const ADMIN_KEY = 'crash-world-admin-key-0123456789';
const WEBHOOK_SECRET = 'whsec_crashWorld';
/** Above the longest pause before an unfinished intent or a failed event is looked at again. */
const LONGEST_PAUSE_IN_MILLIS = 25_000;
const QUIET_ROUNDS = 3;
const PATIENCE_IN_ROUNDS = 10;
/** Of a repeated request: it exists already, is closed already, or is gone already. */
const DONE_STATUSES = new Set([404, 409]);

type Request<T> = (client: TollkeeperClient, options: { idempotencyKey: string }) => Promise<T>;

/** Starts the process that may die, on this database and sandbox. */
export type StartMortal = (world: CrashWorld) => Promise<MortalApplication>;

/** A database and a sandbox that outlive every process, and one seller at a time whose story is told. */
export class CrashWorld {
  #application: MortalApplication | null = null;
  #seller: Seller | null = null;
  /** Where it died, if it did. */
  diedAt: string | null = null;

  private constructor(
    readonly sandbox: StripeSandbox,
    readonly database: TestDatabase,
    readonly pool: pg.Pool,
  ) {}

  static async start(): Promise<CrashWorld> {
    const database = await createTestDatabase();
    return new CrashWorld(await startStripeSandbox(), database, openPool(database, 2));
  }

  async stop(): Promise<void> {
    await this.#application?.end();
    await this.sandbox.close();
    await this.pool.end();
    await this.database.drop();
  }

  readonly adminKey = ADMIN_KEY;

  get seller(): Seller {
    if (!this.#seller) throw new Error('No story has begun.');
    return this.#seller;
  }

  /**
   * Tells a story, with a death at a point of it, and waits for quiet.
   * @param point 0: nobody dies
   */
  async tell(story: CrashStory, point: number, start: StartMortal | null = null): Promise<Told> {
    this.diedAt = null;
    // Starting one costs more than most stories: the process that is alive at the end of one tells the next one.
    if (start) await this.#application?.end();
    this.#application = start ? await start(this) : (this.#application ?? (await InProcessApplication.start(this)));
    this.#seller = await Seller.open({ url: 'http://127.0.0.1:9', adminKey: ADMIN_KEY, sandbox: this.sandbox }, { ...story.seller, ...(story.registersEndpoint ? {} : { webhookSecret: WEBHOOK_SECRET }), stripeKey: sandboxKey(), fetch: (input, init) => this.#fetch(input, init) });
    // The process has seen stories of many minutes; at the provider it is as late.
    const { control, key } = this.#seller.stripe;
    await control.advanceClock(key, Math.max(0, this.#application.clock.now() - control.clock(key).now));
    try {
      const run = await story.begin(this);
      await this.#application.arm(point);
      await run();
      const points = await this.#application.disarm();
      await this.#quiet();
      return { points, diedAt: this.diedAt, endState: await endStateOf(this.pool, this.seller.accountId, this.seller.stripe) };
    } finally {
      await this.#retire(start === null);
    }
  }

  /** A request as a client makes it who does not give up: after a death the same again, under the same key. */
  async request<T>(send: Request<T>): Promise<T | null> {
    const idempotencyKey = randomUUID();
    for (let isRepeated = false; ; ) {
      const process = this.#current;
      try {
        return await send(this.seller.client, { idempotencyKey });
      } catch (error) {
        if (process.isDead) {
          isRepeated = true;
          await this.#replace();
        } else if (isRepeated && error instanceof TollkeeperError && DONE_STATUSES.has(error.status)) {
          // The dead one holds the key until its connection is seen to be broken; whatever else contradicts a repetition says that it was done.
          if (error.code !== 'idempotency_key_in_use') return null;
          await new Promise((resolve) => setTimeout(resolve, 5));
        } else {
          throw error;
        }
      }
    }
  }

  /** The loops of the worker, until none has more to do. */
  async background(loops?: readonly string[]): Promise<void> {
    for (;;) {
      const process = this.#current;
      try {
        await process.drain(loops);
        return;
      } catch (error) {
        if (!process.isDead) throw error;
        await this.#replace();
      }
    }
  }

  /** Time passes, more than any pause before something is looked at again. */
  pass(): void {
    this.#current.clock.advance(LONGEST_PAUSE_IN_MILLIS);
  }

  /** The background goes on and time passes until what a path waits for is there. */
  async backgroundUntil(isThere: (invoice: Invoice) => boolean, loops?: readonly string[]): Promise<void> {
    for (let round = 0; round < PATIENCE_IN_ROUNDS; round += 1) {
      await this.background(loops);
      if (isThere(await this.invoice())) return;
      this.pass();
    }
    throw new Error(`What a path waits for does not come about: ${JSON.stringify(await this.invoice())}`);
  }

  /** As the provider delivers what it has to tell: again, until somebody says that it arrived. */
  async webhooks(types: readonly string[]): Promise<void> {
    const { id } = await this.seller.client.paymentProviders.connection.get('STRIPE');
    const events = (await this.seller.stripe.list('events')).filter(({ type }) => types.includes(String(type)));
    for (const event of events.reverse()) {
      const body = JSON.stringify(event);
      await this.#untilAlive(async () => {
        const time = Math.floor(this.#current.clock.now() / 1000);
        const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${body}`).digest('hex');
        const response = await this.#fetch(`http://127.0.0.1:9/webhooks/stripe/${id}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Stripe-Signature': `t=${time},v1=${signature}` } });
        if (response.status !== 200) throw new Error(`A webhook was answered with ${response.status}: ${await response.text()}`);
      });
    }
  }

  /** The customer's first invoice. */
  invoice(customerId = 'ada'): Promise<Invoice> {
    return this.#untilAlive(() => this.seller.invoice(customerId));
  }

  /** Reading what decides how a path goes on. */
  read<T>(look: (client: TollkeeperClient) => Promise<T>): Promise<T> {
    return this.#untilAlive(() => look(this.seller.client));
  }

  get #current(): MortalApplication {
    if (!this.#application) throw new Error('No process is running.');
    return this.#application;
  }

  async #untilAlive<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      const process = this.#current;
      try {
        return await work();
      } catch (error) {
        if (!process.isDead) throw error;
        await this.#replace();
      }
    }
  }

  #fetch(input: unknown, init?: RequestInit): Promise<Response> {
    return this.#current.fetch(input, init);
  }

  async #replace(): Promise<void> {
    this.diedAt = this.#current.diedAt;
    this.#application = await InProcessApplication.start(this, this.#current.clock);
  }

  /** Everything the background does within some minutes. */
  async #quiet(): Promise<void> {
    if (this.#current.isDead) await this.#replace();
    for (let round = 0; round < QUIET_ROUNDS; round += 1) {
      this.pass();
      await this.background();
    }
  }

  /** The next story is not to be told with this one's work to do. */
  async #retire(staysAlive: boolean): Promise<void> {
    if (!staysAlive || this.#application?.isDead) {
      await this.#application?.end();
      this.#application = null;
    }
    if (this.#seller) await this.pool.query('update payment_connection set delete_time = 1 where account_id = $1', [this.#seller.accountId]);
  }
}

export interface CrashStory {
  readonly name: string;
  readonly seller?: SellerOptions;
  /** Instead of an endpoint that somebody made by hand. Default false. */
  readonly registersEndpoint?: boolean;
  /** Makes what it needs, with nobody dying, and answers what is then done. */
  begin(world: CrashWorld): Promise<() => Promise<void>>;
}

export interface Told {
  readonly points: readonly string[];
  readonly diedAt: string | null;
  readonly endState: EndState;
}
