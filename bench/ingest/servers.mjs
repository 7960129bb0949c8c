// What a run needs, each in a process of its own: one PostgreSQL, Tollkeeper, Tollkeeper that drops what it reads, and what people write.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { migrateDatabase } from '../../dist/src/platform/database/migrate.js';
import { startEmbeddedPostgres } from '../../dist/src/platform/embedded-postgres/embedded-postgres.js';

export const KEY = 'bench-of-ingestion-admin-key';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function end(child) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

export class Servers {
  #stops = [];
  #folder;
  #url;

  /** @param options.role `api` for the path alone, `all` for a process that also adds usage up */
  static async start({ role = 'api', others = true } = {}) {
    const servers = new Servers();
    try {
      await servers.#start(role, others);
      return servers;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  async #start(role, others) {
    this.#folder = await mkdtemp(join(tmpdir(), 'tollkeeper-bench-'));
    await chmod(this.#folder, 0o711);
    this.#stops.push(() => rm(this.#folder, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dataDir: join(this.#folder, 'postgres') });
    this.#stops.push(() => postgres.stop());
    this.#url = postgres.url;
    this.postgresPid = postgres.pid;
    this.admin = new pg.Client({ connectionString: postgres.url });
    await this.admin.connect();
    this.#stops.push(() => this.admin.end());
    this.postgresVersion = (await this.admin.query('show server_version')).rows[0].server_version;
    this.path = await this.#tollkeeper('path', role, '../../dist/src/main.js');
    if (!others) return;
    this.drop = await this.#tollkeeper('drop', 'api', './drop-server.mjs');
    this.copy = { databaseUrl: await this.#database('copy') };
    await migrateDatabase(this.copy.databaseUrl);
    this.copy.pool = this.#pool(this.copy.databaseUrl);
    this.peer = await this.#peer();
  }

  async #database(name) {
    await this.admin.query(`create database bench_${name}`);
    return Object.assign(new URL(this.#url), { pathname: `/bench_${name}` }).href;
  }

  async #tollkeeper(name, role, script) {
    const databaseUrl = await this.#database(name);
    const port = await freePort();
    const environment = {
      ROLE: role,
      PORT: String(port),
      DATA_DIR: join(this.#folder, `data-${name}`),
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEY: 'bench-of-ingestion-encryption-key-0123456789',
      TOLLKEEPER_ADMIN_KEY: KEY,
      LOG_LEVEL: 'error',
    };
    const profile = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`, `--cpu-prof-name=${name}.cpuprofile`] : [];
    const child = spawn(process.execPath, [...profile, path(script)], { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#stops.push(() => end(child));
    await this.#ready(child, name);
    return { url: `http://127.0.0.1:${port}`, key: KEY, pid: child.pid, databaseUrl, pool: this.#pool(databaseUrl) };
  }

  async #ready(child, name) {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    while (!output.includes('Tollkeeper is ready')) {
      if (child.exitCode !== null) throw new Error(`${name} ended:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #peer() {
    const databaseUrl = await this.#database('peer');
    const loader = new URL('../../test/support/typescript-loader.mjs', import.meta.url).href;
    const environment = { PATH: process.env.PATH, BENCH_DATABASE_URL: databaseUrl, BENCH_KEY: KEY };
    const child = spawn(process.execPath, ['--import', loader, path('peer-server.ts')], { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#stops.push(() => end(child));
    const [{ url }] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('The peer did not start.');
      }),
    ]);
    return { url, key: KEY, pid: child.pid, pool: this.#pool(databaseUrl) };
  }

  #pool(connectionString) {
    const pool = new pg.Pool({ connectionString, max: 2 });
    pool.on('error', () => undefined);
    this.#stops.push(() => pool.end());
    return pool;
  }

  async stop() {
    for (const stop of this.#stops.reverse()) await stop();
  }
}
