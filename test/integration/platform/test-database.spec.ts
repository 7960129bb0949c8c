import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  let databases: TestDatabase[];

  beforeAll(async () => {
    databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
  });

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('gives every caller a database of its own', async () => {
    const [first, second] = databases;
    await query(first!.url, 'CREATE TABLE only_here (id int)');
    await expect(query(second!.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
  });

  it('drops a database on which a session is still open', async () => {
    const extra = await createTestDatabase();
    const session = new pg.Client({ connectionString: extra.url });
    const cut = new Promise((resolve) => session.on('error', resolve));
    await session.connect();
    await extra.drop();
    await cut;
    await expect(query(extra.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('sorts by code point, as production does', async () => {
    const rows = await query(databases[0]!.url, `SELECT string_agg(c, '' ORDER BY c) AS sorted FROM unnest(ARRAY['b','B','a','Z','é']) c`);
    expect(rows[0]).toEqual({ sorted: 'BZabé' });
  });
});
