import { randomBytes } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { DatabasePool } from '../../../src/platform/database/database.js';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';
import { fakeProvidersModule } from './fake-payment-provider.js';
import { FakeProviderWorld } from './fake-provider-world.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** An account of its own, its admin key and a caller that speaks as it. */
export interface PaymentAccount {
  readonly id: string;
  readonly key: string;
  call(method: Method, url: string, body?: unknown): Promise<{ status: number; text: string; body: Fields }>;
}

/** A JSON object of any shape; a wrong guess about it fails the expectation that reads it. */
export interface Fields {
  readonly [field: string]: unknown;
}

/** The whole application with providers of this process instead of Stripe. The background runs when the test says so. */
export class PaymentTestApplication {
  readonly logs: string[] = [];

  private constructor(
    readonly application: TestApplication,
    readonly world: FakeProviderWorld,
  ) {}

  static async start(options: { publicUrl?: string } = {}): Promise<PaymentTestApplication> {
    const world = new FakeProviderWorld();
    const application = await startTestApplication({
      runLoops: false,
      connectStripe: false,
      publicUrl: options.publicUrl ?? null,
      paymentProviders: [fakeProvidersModule(world)],
    });
    const started = new PaymentTestApplication(application, world);
    application.app.useLogger(collectingLogger(started.logs));
    return started;
  }

  stop(): Promise<void> {
    return this.application.close();
  }

  get pool(): DatabasePool {
    return this.application.app.get(DatabasePool);
  }

  async account(options: { mode?: 'test' | 'live'; defaultPaymentProviderName?: string } = {}): Promise<PaymentAccount> {
    const created = await this.#call(this.application.adminKey, 'POST', '/accounts', { name: 'Shop', mode: options.mode ?? 'test', ...options });
    const key = String(created.body['adminKey']);
    return { id: String(created.body['id']), key, call: (method, url, body) => this.#call(key, method, url, body) };
  }

  /** An account connected to a provider account of its own. */
  async connectedAccount(options: { defaultPaymentProviderName?: string } = {}): Promise<PaymentAccount & { providerAccountId: string }> {
    const account = await this.account(options);
    const name = randomBytes(5).toString('hex');
    const connected = await account.call('PUT', '/payment-providers/stripe/connection', { credentials: { secretKey: `sk_test_${name}_1` } });
    if (connected.status !== 200) throw new Error(connected.text);
    return { ...account, providerAccountId: `acct_${name}` };
  }

  /** Everything the background has to do by now, and by then. @param laterInMillis moves the process clock first */
  async background(laterInMillis = 0): Promise<void> {
    this.application.clock.advance(laterInMillis);
    await this.application.loops.drain(['connection-checks', 'webhook-endpoints', 'customer-link-checks', 'provider-intents']);
  }

  async eventTypes(accountId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ type: string }>('select type from outbox_event where account_id = $1 order by sequence', [accountId]);
    return rows.map(({ type }) => type);
  }

  async #call(key: string, method: Method, url: string, body?: unknown): Promise<{ status: number; text: string; body: Fields }> {
    const answer = await this.application.app.inject({
      method,
      url,
      headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, text: answer.payload, body: JSON.parse(answer.payload) as Fields };
  }
}

function collectingLogger(lines: string[]): LoggerService {
  const collect = (...parts: unknown[]): void => void lines.push(parts.map(String).join(' '));
  return { log: collect, error: collect, warn: collect, debug: collect, verbose: collect, fatal: collect };
}
