import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('typescript-loader.mjs', import.meta.url).href;
/** Much is made and forgotten within one request: a nursery this large is collected seldom. */
const YOUNG_GENERATION_IN_MEGABYTES = 64;

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/**
 * A process of the tests that does what it is asked, one thing at a time. Outside jest's sandbox the same work takes two thirds of the
 * time, and two of them use two cores.
 */
export class ChildProgram {
  #ended: Error | null = null;

  private constructor(private readonly child: ChildProcess) {
    child.once('exit', (code, signal) => (this.#ended = new Error(`A process of the tests ended with ${code ?? signal}.`)));
  }

  /** @param program a file that calls `obey` @param task for it, as JSON */
  static start(program: URL, task: object): ChildProgram {
    const execArgv = ['--no-warnings', `--max-semi-space-size=${YOUNG_GENERATION_IN_MEGABYTES}`, '--import', LOADER];
    // What jest shows its tests as environment is a copy, which a child does not inherit by itself.
    return new ChildProgram(fork(fileURLToPath(program), [JSON.stringify(task)], { execArgv, env: { ...process.env } }));
  }

  async ask(order: object): Promise<unknown> {
    if (this.#ended) throw this.#ended;
    const answered = once(this.child, 'message').then(([answer]) => answer as Answer);
    const ended = once(this.child, 'exit').then(() => null);
    this.child.send(order);
    const answer = await Promise.race([answered, ended]);
    if (answer === null) throw this.#ended ?? new Error('A process of the tests ended.');
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  /** Once it has let go of what it holds. */
  async end(): Promise<void> {
    if (this.#ended) return;
    const ended = once(this.child, 'exit');
    await this.ask({ close: true });
    this.child.disconnect();
    await ended;
  }
}

/** The other end. @param close lets go of what the program holds */
export function obey<Order extends object>(work: (order: Order) => Promise<unknown>, close: () => Promise<void>): void {
  process.on('message', (order: Order | { close: true }) => {
    ('close' in order ? close() : work(order)).then(
      (value) => process.send?.({ value } satisfies Answer),
      (error: Error) => process.send?.({ error: error.stack ?? String(error) } satisfies Answer),
    );
  });
  process.on('disconnect', () => process.exit());
}

export function taskOfProgram<Task>(): Task {
  return JSON.parse(process.argv[2] ?? '{}') as Task;
}
