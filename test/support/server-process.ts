import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE_IN_MILLIS } from './patience.js';

const BUILT_SERVER = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The server as it is run for real: the build, in a process of its own. */
export class ServerProcess {
  readonly pid: number;
  readonly end: Promise<ServerEnd>;
  readonly #child: ChildProcess;
  readonly #port: string | undefined;
  #output = '';

  private constructor(environment: Readonly<Record<string, string>>) {
    // With a channel the server ends with jest, however that ends.
    this.#child = spawn(process.execPath, [BUILT_SERVER], { env: { PATH: process.env.PATH ?? '', ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.pid = this.#child.pid!;
    this.#port = environment.PORT;
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')));
    this.end = once(this.#child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }));
  }

  /** Starts it and leaves it to the caller how that ends. Inherits nothing of the environment but PATH. */
  static launch(environment: Readonly<Record<string, string>>): ServerProcess {
    if (!existsSync(BUILT_SERVER)) throw new Error(`There is no build to test: ${BUILT_SERVER} is missing. Run 'npm run build' first; 'npm test' does.`);
    return new ServerProcess({ LOG_LEVEL: 'warn', ...environment });
  }

  /** Resolves once it is ready; rejects with its last words when it ends instead. */
  static async start(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const server = ServerProcess.launch(environment);
    await server.ready();
    return server;
  }

  /** Everything it wrote so far. */
  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + PATIENCE_IN_MILLIS;
    while (!this.#output.includes('Tollkeeper is ready') || !(await this.#answers())) {
      if (!this.isRunning) throw new Error(`The server ended before it was ready:\n${this.#output}`);
      if (Date.now() > deadline) throw new Error(`The server was not ready within ${PATIENCE_IN_MILLIS} ms:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** kill -9; resolves when the process is gone. What it started may live on. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.end;
  }

  /** SIGTERM; resolves with how it ended. */
  stop(): Promise<ServerEnd> {
    this.#child.kill('SIGTERM');
    return this.end;
  }

  /** A worker listens nowhere: for it the announcement is all there is. */
  async #answers(): Promise<boolean> {
    if (this.#port === undefined) return true;
    const answer = await fetch(`http://127.0.0.1:${this.#port}/health/ready`).catch(() => null);
    return answer?.status === 200;
  }
}

/** A data folder of a test's own, with a look at the database server that runs in it. */
export class TestDataFolder {
  readonly path: string;
  readonly #parent: string;

  private constructor(parent: string) {
    this.#parent = parent;
    this.path = join(parent, 'data');
  }

  static async create(): Promise<TestDataFolder> {
    const parent = await mkdtemp(join(tmpdir(), 'tollkeeper-process-'));
    // Under root the database server is another user, who has to pass.
    await chmod(parent, 0o711);
    return new TestDataFolder(parent);
  }

  /** The pid of the PostgreSQL that runs on this folder, owned or orphaned; null when there is none. */
  get postgresPid(): number | null {
    const [pid] = this.#postmaster();
    return pid !== undefined && servesFolder(Number(pid), this.path) ? Number(pid) : null;
  }

  /** For looking into the embedded database while it runs. */
  get databaseUrl(): string {
    const password = readFileSync(join(this.path, 'postgres', 'password'), 'utf8').trim();
    return `postgres://tollkeeper:${password}@127.0.0.1:${this.#postmaster()[3]}/postgres`;
  }

  /** Whether a database was begun in it. */
  get hasDatabase(): boolean {
    return existsSync(join(this.path, 'postgres'));
  }

  /** To be called when its server has ended; an orphaned database server is ended with it. */
  async remove(): Promise<void> {
    const pid = this.postgresPid;
    if (pid !== null) process.kill(pid, 'SIGQUIT');
    while (this.postgresPid !== null) await new Promise((resolve) => setTimeout(resolve, 20));
    await rm(this.#parent, { recursive: true, force: true });
  }

  #postmaster(): string[] {
    const file = join(this.path, 'postgres', 'cluster', 'postmaster.pid');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  }
}

/** A port nobody uses now: a server whose address must stay the same over restarts cannot take any. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function servesFolder(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}
