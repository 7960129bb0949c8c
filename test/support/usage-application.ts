import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Secret } from '@tollkeeper/kernel';
import type { Account } from '../../src/accounts/account.entity.js';
import { AccountClockService } from '../../src/accounts/account-clock.service.js';
import { AccountsHttpModule } from '../../src/accounts/accounts-http.module.js';
import { AccountsModule } from '../../src/accounts/accounts.module.js';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { ApiKeysService } from '../../src/accounts/api-keys.service.js';
import { CatalogHttpModule } from '../../src/catalog/catalog-http.module.js';
import { CatalogModule } from '../../src/catalog/catalog.module.js';
import { ChargesModule } from '../../src/charges/charges.module.js';
import { IngestionHttpModule } from '../../src/ingestion/ingestion-http.module.js';
import { IngestionModule } from '../../src/ingestion/ingestion.module.js';
import { MeteringHttpModule } from '../../src/metering/metering-http.module.js';
import { MeteringModule } from '../../src/metering/metering.module.js';
import { Database, DatabasePool } from '../../src/platform/database/database.js';
import { createHttpApplication } from '../../src/platform/http/http-application.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import type { Scope } from '../../src/platform/http/principal.js';
import { WorkerLoops } from '../../src/platform/jobs/worker-loops.js';
import { Outbox } from '../../src/platform/outbox/outbox.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { createTestDatabase, openTransactionsEnded, type TestDatabase } from './test-database.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The parsed body; the text itself where it is no JSON. */
  readonly body: unknown;
}

/** An account of its own with a key, and a caller that speaks as it. */
export interface TestAccount {
  readonly id: string;
  readonly key: string;
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
}

/** Metering, catalog, ingestion and charges behind the HTTP shell, on a database of their own. Nothing of it is replaced. */
export class UsageApplication {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly database: TestDatabase,
  ) {}

  static async start(): Promise<UsageApplication> {
    const database = await createTestDatabase();
    @Module({
      imports: [
        PlatformModule.forRoot({ databaseUrl: database.url, encryptionKey: new Secret('x'.repeat(32)), instanceId: 'test' }),
        HttpModule.register({ imports: [AccountsModule] }),
        ...[AccountsModule, AccountsHttpModule, MeteringModule, MeteringHttpModule, CatalogModule, CatalogHttpModule, IngestionModule, IngestionHttpModule, ChargesModule],
      ],
    })
    class UsageTestModule {}
    const nest = await createHttpApplication(UsageTestModule, { logger: false });
    await nest.init();
    await nest.getHttpAdapter().getInstance().ready();
    return new UsageApplication(nest, database);
  }

  async stop(): Promise<void> {
    await this.nest.close();
    await this.database.drop();
  }

  /** What follows usage in the order of its transactions is not held up by other suites. */
  async run(loops: readonly string[]): Promise<void> {
    await openTransactionsEnded(this.pool);
    await this.nest.get(WorkerLoops).drain(loops);
  }

  get pool(): DatabasePool {
    return this.nest.get(DatabasePool);
  }

  async account(options: { timeZone?: string; scopes?: Scope[] } = {}): Promise<TestAccount> {
    const { account, key } = await this.nest.get(Database).transaction(async (tx) => {
      const created: Account = this.nest.get(AccountsService).create(tx, { name: 'Test', mode: 'test', timeZone: options.timeZone });
      await tx.flush();
      return { account: created, key: this.nest.get(ApiKeysService).create(tx, created, { name: 'test', scopes: options.scopes ?? ['admin'] }).key.reveal() };
    });
    return { id: account.id, key, call: (method, url, body, headers = {}) => this.#call(key, method, url, body, headers) };
  }

  /** The clock of a test account, moved as `PUT /test-clock` and the worker move it. */
  async moveClock(accountId: string, timeInMillis: number): Promise<void> {
    await this.nest.get(AccountClockService).moveTo(accountId, timeInMillis);
    await this.nest.get(WorkerLoops).drain(['account-clocks']);
  }

  /** A customer's row and its event, as the customers module writes them. */
  async customer(accountId: string, customerId: string): Promise<void> {
    await this.nest.get(Database).transaction(async (tx) => {
      const now = Date.now();
      await tx.execute(
        `insert into customer (account_id, customer_id, customer_name, lifecycle_stage, traits, create_time, update_time) values (?, ?, ?, 'ACTIVE', '{}', ?, ?)`,
        [accountId, customerId, customerId, now, now],
      );
      await this.nest.get(Outbox).record(tx, { accountId, type: 'customer.created', objectType: 'customer', objectId: customerId, data: { customerId } });
    });
  }

  async #call(key: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body: unknown, headers: Record<string, string>): Promise<HttpAnswer> {
    const payload = body === undefined ? undefined : Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await this.nest.inject({
      method,
      url,
      headers: { 'x-api-key': key, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: parsed(answer.payload) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
