import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { migrateDatabase } from '../../src/platform/database/migrate.js';

export interface TestDatabase {
  /** Connection string of a migrated database that belongs to the caller alone. */
  url: string;
  /** Drops the database; sessions still open on it are cut. */
  drop(): Promise<void>;
}

const TEMPLATE = 'tollkeeper_template';
/** Any fixed number: it only has to be the same in all test processes of a run. */
const TEMPLATE_LOCK = 4_201_701;

/**
 * Clones the migrated template into a new database, which takes a few dozen milliseconds instead of the seconds of a
 * migration. The first call of a run makes the template.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  return clone(TEMPLATE);
}

/** A copy of a database as it stands. Sessions on it are cut, and whoever had them opens new ones. */
export async function copyTestDatabase({ url }: TestDatabase): Promise<TestDatabase> {
  const name = new URL(url).pathname.slice(1);
  return withAdmin(async (admin) => {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    try {
      await admin.query(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1`, [name]);
      return await clone(name);
    } finally {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    }
  });
}

/** Connections of a test. `end()` does not wait for them to close, so that the drop may still cut one of them, which nobody has to hear of. */
export function openPool({ url }: TestDatabase, max: number): pg.Pool {
  return new pg.Pool({ connectionString: url, max }).on('error', () => undefined);
}

/**
 * Resolves when every transaction that is open now has ended, in whichever database of the server: what goes by the order of transactions waits for them all,
 * those of other suites too.
 */
export async function openTransactionsEnded(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ next: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as next');
  for (let ended = false; !ended; ) {
    const { rows: now } = await pool.query<{ ended: boolean }>('select pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1::bigint as ended', [rows[0]!.next]);
    ended = now[0]!.ended;
    if (!ended) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function clone(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withAdmin(async (admin) => {
    if (template === TEMPLATE) await ensureTemplate(admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(name),
    drop: () => withAdmin(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function ensureTemplate(admin: pg.Client): Promise<void> {
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const existing = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (existing.rowCount) return;
    // Under another name until it is migrated, so that a failed migration leaves no template behind.
    const unfinished = `${TEMPLATE}_unfinished`;
    await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${unfinished}`);
    await migrateDatabase(urlOf(unfinished));
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

async function withAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env.TOLLKEEPER_TEST_POSTGRES_URL;
  if (!url) throw new Error('No PostgreSQL for the tests: run this suite as part of the jest project "integration" or "e2e".');
  return url;
}
