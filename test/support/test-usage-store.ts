import { PostgresUsageStore } from '@tollkeeper/usage-store';
import type pg from 'pg';
import { createTestDatabase, openPool, openTransactionsEnded, type TestDatabase } from './test-database.js';

/** The usage store alone, on a database of its own. */
export class TestUsageStore extends PostgresUsageStore {
  private constructor(
    readonly database: TestDatabase,
    readonly pool: pg.Pool,
    options: ConstructorParameters<typeof PostgresUsageStore>[1],
  ) {
    super(pool, options);
  }

  static async open({ connections, ...options }: { readonly connections: number } & ConstructorParameters<typeof PostgresUsageStore>[1]): Promise<TestUsageStore> {
    const database = await createTestDatabase();
    return new TestUsageStore(database, openPool(database, connections), options);
  }

  /** Everything that was appended is added up. */
  async catchUp(nowInMillis: number): Promise<void> {
    await openTransactionsEnded(this.pool);
    while (await this.rollUp(nowInMillis)) continue;
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }
}
