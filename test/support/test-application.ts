import { randomBytes } from 'node:crypto';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Secret } from '@tollkeeper/kernel';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { BootstrapService } from '../../src/accounts/bootstrap.service.js';
import { AppModule } from '../../src/app.module.js';
import { ConnectionSetup } from '../../src/payment-connections/connection-setup.service.js';
import { ProcessClock } from '../../src/platform/clock/clock.js';
import type { SmtpOptions } from '../../src/platform/platform-options.js';
import { createHttpApplication } from '../../src/platform/http/http-application.js';
import { WorkerLoops } from '../../src/platform/jobs/worker-loops.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { PATIENCE_IN_MILLIS } from './patience.js';

/** Wall time plus what a test adds: for outages and key ages without waiting. */
export class MovableClock extends ProcessClock {
  #offsetInMillis = 0;

  override now(): number {
    return Date.now() + this.#offsetInMillis;
  }

  advance(millis: number): void {
    this.#offsetInMillis += millis;
  }
}

export interface TestApplicationOptions {
  /** False leaves the loops to the test (`loops.drain()`), so that it decides what happens when. Default true. */
  readonly runLoops?: boolean;
  /** A shared one stays open when the application closes; default one of its own, in memory. */
  readonly sandbox?: StripeSandbox;
  /** A shared one is not dropped; default a clone of its own. */
  readonly database?: TestDatabase;
  readonly adminKey?: string;
  /** Connects the first account to the sandbox. Default true. */
  readonly connectStripe?: boolean;
  readonly publicUrl?: string | null;
  /** False: reached by `app.inject()` only. Default true. */
  readonly listens?: boolean;
  readonly paymentProviders?: DynamicModule[];
  /** Connections of each of its two pools. Default the platform's. */
  readonly poolSize?: number;
  /** Default one that only moves when it is told to. */
  readonly clock?: MovableClock;
  /** Default none. */
  readonly smtp?: SmtpOptions;
  /** Nest has one logger per process: the last application's. Default none. */
  readonly logger?: LoggerService;
}

export interface TestApplication {
  readonly url: string;
  readonly adminKey: string;
  readonly accountId: string;
  readonly app: NestFastifyApplication;
  readonly loops: WorkerLoops;
  readonly clock: MovableClock;
  readonly sandbox: StripeSandbox;
  readonly database: TestDatabase;
  close(): Promise<void>;
}

/** The key of the first account's connection; an account of its own in the sandbox for each test application. */
export function sandboxKey(): string {
  return `sk_test_sandbox_${randomBytes(6).toString('hex')}`;
}

/** The whole application as `npm start` composes it, over HTTP on a free port, on a database and sandbox of its own. */
export async function startTestApplication(options: TestApplicationOptions = {}): Promise<TestApplication> {
  const database = options.database ?? (await createTestDatabase());
  const sandbox = options.sandbox ?? (await startStripeSandbox());
  const adminKey = options.adminKey ?? `tk_test_${randomBytes(12).toString('hex')}`;
  const clock = options.clock ?? new MovableClock();
  const app = await createHttpApplication(
    AppModule.forRoot({
      platform: {
        databaseUrl: database.url,
        encryptionKey: new Secret('test-encryption-key-of-32-characters!'),
        instanceId: 'ins_test',
        processClock: clock,
        publicUrl: options.publicUrl ?? null,
        smtp: options.smtp ?? null,
        ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
      },
      settings: { stripe: { sandboxBase: sandbox.url } },
      ...(options.paymentProviders ? { paymentProviders: options.paymentProviders } : {}),
    }),
    { logger: options.logger ?? false },
  );
  if (options.listens ?? true) await app.listen(0, '127.0.0.1');
  else await app.init();
  const account = await app.get(BootstrapService, { strict: false }).run(new Secret(adminKey), 'test');
  if (options.connectStripe ?? true) {
    await app.get(ConnectionSetup, { strict: false }).seed({ accountId: account.id, providerName: 'STRIPE', credentials: { secretKey: sandboxKey() } });
    await app.get(BootstrapService, { strict: false }).defaultProvider(account.id, 'STRIPE');
  }
  const loops = app.get(WorkerLoops);
  if (options.runLoops ?? true) loops.start();
  return {
    url: (options.listens ?? true) ? await app.getUrl() : 'http://127.0.0.1:9',
    adminKey,
    accountId: account.id,
    app,
    loops,
    clock,
    sandbox,
    database,
    close: async () => {
      await app.close();
      if (!options.sandbox) await sandbox.close();
      if (!options.database) await database.drop();
    },
  };
}

/** Polls until the condition answers something, or fails with the last thing seen. */
export async function eventually<T>(what: string, look: () => Promise<T>, isThere: (value: T) => boolean, timeoutInMillis = PATIENCE_IN_MILLIS): Promise<T> {
  const deadline = Date.now() + timeoutInMillis;
  for (;;) {
    const value = await look();
    if (isThere(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come about within ${timeoutInMillis} ms; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
