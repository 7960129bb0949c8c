import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { clockOfANewDay } from './in-process-application.js';
import type { CrashWorld } from './crash-world.js';
import type { Answer, Order } from './killable-child.js';
import { ProcessDiedError } from './mortal.js';
import type { MortalApplication } from './mortal-application.js';

const PROGRAM = fileURLToPath(new URL('killable-child.ts', import.meta.url));
const LOADER = new URL('../typescript-loader.mjs', import.meta.url).href;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** An application in a process of its own that kills itself (SIGKILL) at its point: nothing in it can tidy up. */
export class KillableApplication implements MortalApplication {
  readonly clock = clockOfANewDay();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #output = '';
  #isDead = false;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')));
    child.on('message', (answer: Answer) => this.#settle(answer));
    child.once('close', () => {
      this.#isDead = true;
      for (const { reject } of this.#waiting.values()) reject(new ProcessDiedError());
      this.#waiting.clear();
    });
  }

  static async start(this: void, { database, sandbox, adminKey }: CrashWorld): Promise<KillableApplication> {
    const options = JSON.stringify({ databaseUrl: database.url, sandboxUrl: sandbox.url, adminKey });
    const child = fork(PROGRAM, [options], { execArgv: ['--no-warnings', '--import', LOADER], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const application = new KillableApplication(child);
    await application.#ask({ do: 'start' });
    return application;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The last line it wrote. */
  get diedAt(): string | null {
    return this.#isDead ? (this.#output.trim().split('\n').at(-1) ?? null) : null;
  }

  async arm(point: number): Promise<void> {
    await this.#ask({ do: 'arm', point });
  }

  async disarm(): Promise<readonly string[]> {
    return this.#isDead ? [] : ((await this.#ask({ do: 'disarm' })) as string[]);
  }

  async fetch(input: unknown, init: RequestInit = {}): Promise<Response> {
    const request = { url: String(input), method: init.method ?? 'GET', headers: Object.fromEntries(new Headers(init.headers)), body: typeof init.body === 'string' ? init.body : null };
    const { status, headers, body } = (await this.#ask({ do: 'fetch', request })) as { status: number; headers: [string, string][]; body: string };
    return new Response(status === 204 ? null : body, { status, headers });
  }

  async drain(loops?: readonly string[]): Promise<void> {
    await this.#ask({ do: 'drain', ...(loops ? { loops } : {}) });
  }

  async end(): Promise<void> {
    if (this.#isDead) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }

  #ask(order: Order): Promise<unknown> {
    if (this.#isDead) return Promise.reject(new ProcessDiedError());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.child.send({ id, order, laterInMillis: this.clock.now() - Date.now() }, (error) => {
        if (error) reject(new ProcessDiedError());
      });
    });
  }

  #settle({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
