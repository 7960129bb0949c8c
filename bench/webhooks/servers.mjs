// What a run needs, each in a process of its own: one PostgreSQL, the Stripe sandbox, Tollkeeper twice, the peer.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { startEmbeddedPostgres } from '../../dist/src/platform/embedded-postgres/embedded-postgres.js';

export const WEBHOOK_SECRET = 'whsec_benchOfWebhooks';
export const STRIPE_KEY = 'sk_test_benchOfWebhooks';
export const ADMIN_KEY = 'bench-of-webhooks-admin-key';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** @returns {{url: string, child: import('node:child_process').ChildProcess}} once it has printed what says that it is ready */
async function startAndRead(script, args, environment, ready) {
  const options = process.env.BENCH_PROFILE && script.includes('src/main.js') ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];
  const child = spawn(process.execPath, [...options, path(script), ...args], { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  for (;;) {
    const found = ready.exec(output);
    if (found) return { child, url: found[1] };
    if (child.exitCode !== null) throw new Error(`${script} ended:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Servers {
  #stops = [];

  static async start() {
    const servers = new Servers();
    try {
      await servers.#start();
      return servers;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  async #start() {
    const folder = await mkdtemp(join(tmpdir(), 'tollkeeper-bench-'));
    await chmod(folder, 0o711);
    this.#stops.push(() => rm(folder, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
    this.#stops.push(() => postgres.stop());
    this.postgresPid = postgres.pid;
    const urls = {};
    const admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    // The peer's migrations hand functions over to it.
    await admin.query('create role postgres superuser');
    for (const name of ['whole', 'intake', 'peer']) {
      await admin.query(`create database bench_${name}`);
      urls[name] = Object.assign(new URL(postgres.url), { pathname: `/bench_${name}` }).href;
    }
    this.postgresVersion = (await admin.query('show server_version')).rows[0].server_version;
    await admin.end();
    const sandbox = await startAndRead('../../scripts/stripe-sandbox.mjs', ['--port', '0'], {}, /Stripe sandbox on (\S+)/);
    this.#stops.push(() => end(sandbox.child));
    this.sandboxUrl = sandbox.url;
    this.sandboxPid = sandbox.child.pid;
    this.whole = await this.#tollkeeper('all', urls.whole, folder);
    this.intake = await this.#tollkeeper('api', urls.intake, folder);
    const peer = fork(path('peer-server.mjs'), { env: { PATH: process.env.PATH, BENCH_DATABASE_URL: urls.peer, BENCH_WEBHOOK_SECRET: WEBHOOK_SECRET } });
    this.#stops.push(() => end(peer));
    const [message] = await Promise.race([once(peer, 'message'), once(peer, 'exit').then(() => { throw new Error('The peer did not start.'); })]);
    this.peer = { url: message.url, pid: peer.pid };
  }

  /** @param role `all` handles what it accepts, `api` only accepts */
  async #tollkeeper(role, databaseUrl, folder) {
    const port = await freePort();
    const environment = {
      ROLE: role,
      PORT: String(port),
      DATA_DIR: join(folder, `data-${role}`),
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEY: 'bench-of-webhooks-encryption-key-0123456789',
      TOLLKEEPER_ADMIN_KEY: ADMIN_KEY,
      STRIPE_API_BASE: this.sandboxUrl,
      STRIPE_SECRET_KEY: STRIPE_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      LOG_LEVEL: 'error',
    };
    const { child } = await startAndRead('../../dist/src/main.js', [], environment, /(Tollkeeper is ready)/);
    this.#stops.push(() => end(child));
    return { url: `http://127.0.0.1:${port}`, pid: child.pid, pool: this.#pool(databaseUrl) };
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

async function end(child) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
