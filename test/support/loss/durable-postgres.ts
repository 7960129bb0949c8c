import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A PostgreSQL of a test's own, with the settings of a real one, to be killed and started again. */
export class DurablePostgres {
  readonly #holder: ChildProcess;
  #url = '';

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async start(): Promise<DurablePostgres> {
    const holder = fork(fileURLToPath(new URL('durable-postgres-holder.mjs', import.meta.url)), { detached: true });
    const postgres = new DurablePostgres(holder);
    await postgres.#answer();
    await postgres.restart();
    return postgres;
  }

  /** The same over restarts. */
  get url(): string {
    return this.#url;
  }

  /** kill -9 of the server and all its sessions. */
  kill(): Promise<void> {
    this.#holder.send('kill');
    return this.#answer();
  }

  /** On what was left. */
  restart(): Promise<void> {
    this.#holder.send('start');
    return this.#answer();
  }

  async stop(): Promise<void> {
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGTERM');
    await ended;
  }

  async #answer(): Promise<void> {
    const [message] = (await Promise.race([
      once(this.#holder, 'message'),
      once(this.#holder, 'exit').then(([code]) => [{ error: `it ended with ${String(code)}` }]),
    ])) as [{ url?: string; error?: string }];
    if (message.error !== undefined) throw new Error(`The PostgreSQL to be killed: ${message.error}`);
    this.#url = message.url ?? this.#url;
  }
}
