// What a bench runs on, each in a process of its own: one PostgreSQL in a folder that goes away, and the servers that are measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { startEmbeddedPostgres } from '../../dist/src/platform/embedded-postgres/embedded-postgres.js';

/** Characters of it that are kept. */
const MOST_OUTPUT = 10_000;
const MAIN = new URL('../../dist/src/main.js', import.meta.url);

/** A bench whose servers are measured extends it with `prepare`, which starts them. */
export class BenchServers {
  #stops = [];
  #outputs = new Map();
  #postgres;

  /** @param options for `prepare` @returns all of it, or nothing that still runs */
  static async start(options) {
    const servers = new this();
    try {
      await servers.#startPostgres();
      await servers.prepare(options);
      return servers;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  prepare() {
    return Promise.resolve();
  }

  /** The last one started is the first one stopped. */
  async stop() {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }

  get postgresPid() {
    return this.#postgres.pid;
  }

  async createDatabase(name) {
    await this.admin.query(`create database bench_${name}`);
    return Object.assign(new URL(this.#postgres.url), { pathname: `/bench_${name}` }).href;
  }

  openPool(connectionString, max = 2) {
    const pool = new pg.Pool({ connectionString, max });
    pool.on('error', () => undefined);
    this.#stops.push(() => pool.end());
    return pool;
  }

  /**
   * Tollkeeper as it is run, ready.
   * @param name of its folder and of its profile, should there be one: a bench that starts it again under this name finds what it left
   * @param environment that the bench decides, DATABASE_URL and TOLLKEEPER_ADMIN_KEY among it @param script another program than its own
   */
  async startTollkeeper(name, environment, script = MAIN) {
    const port = await freePort();
    const settings = { PORT: String(port), DATA_DIR: join(this.folder, `data-${name}`), ENCRYPTION_KEY: 'bench-encryption-key-0123456789-0123456789', STRIPE_SANDBOX_PORT: String(await freePort()), LOG_LEVEL: 'error', ...environment };
    const profile = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`, `--cpu-prof-name=${name}-${port}.cpuprofile`] : [];
    const { child } = await this.startProgram([...profile, script], settings, /(Tollkeeper is ready)/);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid, child };
  }

  /** A bench that has lost its server says with this why. */
  outputOf({ pid }) {
    return this.#outputs.get(pid) ?? '';
  }

  /** @param args of Node, scripts as URLs @param ready finds in what it prints that it is, and an address @returns `{child, url}` then */
  async startProgram(args, environment, ready) {
    const child = this.#spawn(args, environment, 'pipe');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => this.#outputs.set(child.pid, (output = (output + chunk).slice(-MOST_OUTPUT))));
    for (;;) {
      const found = ready.exec(output);
      if (found) return { child, url: found[1] };
      if (hasEnded(child)) throw new Error(`A server ended:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** One that sends its address as a message. @returns `{url, pid}` */
  async startPeer(args, environment) {
    const child = this.#spawn(args, environment, 'inherit');
    const [{ url }] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('The peer did not start.');
      }),
    ]);
    return { url, pid: child.pid };
  }

  /** With settings that only a new start of PostgreSQL takes over. */
  async restartPostgres() {
    await this.admin.end();
    await this.#postgres.stop();
    await this.#open();
  }

  #spawn(args, environment, output) {
    const child = spawn(process.execPath, args.map((arg) => (arg instanceof URL ? fileURLToPath(arg) : arg)), { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', output, output, 'ipc'] });
    this.#stops.push(() => end(child));
    return child;
  }

  async #startPostgres() {
    this.folder = await mkdtemp(join(tmpdir(), 'tollkeeper-bench-'));
    await chmod(this.folder, 0o711);
    this.#stops.push(() => rm(this.folder, { recursive: true, force: true }));
    this.#stops.push(() => this.#postgres?.stop());
    this.#stops.push(() => this.admin?.end());
    await this.#open();
    this.postgresVersion = (await this.admin.query('show server_version')).rows[0].server_version;
  }

  async #open() {
    this.#postgres = await startEmbeddedPostgres({ dataDir: join(this.folder, 'postgres') });
    this.admin = new pg.Client({ connectionString: this.#postgres.url });
    await this.admin.connect();
  }
}

const hasEnded = ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null;

export async function end(child) {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
