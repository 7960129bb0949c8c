import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { inBackground } from './background.js';

/** A background activity found by scanning: it does what is due, says whether there may be more, and is called again. */
export interface WorkerLoop {
  readonly name: string;
  /** Longest pause between two runs; a wake-up ends it early. */
  readonly intervalInMillis: number;
  /** Does one bounded batch. True: there may be more, run again at once. Errors are logged and the loop goes on. */
  run(signal: AbortSignal): Promise<boolean>;
  /** Resolves when what earlier runs began is through; for loops whose `run` does not wait for it. True: run again at once. */
  idle?(): Promise<boolean>;
}

interface RunningLoop {
  wake(): void;
  readonly stopped: Promise<void>;
}

/** Runs the loops of all features in processes whose role includes the worker; elsewhere they stay registered and idle. */
@Injectable()
export class WorkerLoops implements BeforeApplicationShutdown {
  readonly #logger = new Logger(WorkerLoops.name);
  readonly #loops = new Map<string, WorkerLoop>();
  readonly #running = new Map<string, RunningLoop>();
  readonly #abort = new AbortController();
  #started = false;

  register(loop: WorkerLoop): void {
    if (this.#loops.has(loop.name)) throw new Error(`Two worker loops are named '${loop.name}'.`);
    this.#loops.set(loop.name, loop);
    if (this.#started) this.#start(loop);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const loop of this.#loops.values()) this.#start(loop);
  }

  /** Ends the pause of a loop; does nothing where it does not run. */
  wake(name: string): void {
    this.#running.get(name)?.wake();
  }

  /** Runs loops by hand until none has more to do: for tests and one-shot commands in a process whose loops were not started. */
  async drain(names: readonly string[] = [...this.#loops.keys()]): Promise<void> {
    for (let again = true; again; ) {
      again = false;
      for (const name of names) {
        const loop = this.#loops.get(name);
        if (!loop) throw new Error(`No worker loop is named '${name}'. Known: ${[...this.#loops.keys()].join(', ')}.`);
        if (await inBackground(() => loop.run(this.#abort.signal))) again = true;
        if (await loop.idle?.()) again = true;
      }
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#abort.abort();
    for (const running of this.#running.values()) running.wake();
    await Promise.all([...this.#running.values()].map((running) => running.stopped));
    await Promise.all([...this.#loops.values()].map((loop) => loop.idle?.()));
  }

  #start(loop: WorkerLoop): void {
    let wakeUp: () => void = () => undefined;
    let woken = false;
    const wake = (): void => {
      woken = true;
      wakeUp();
    };
    const live = async (): Promise<void> => {
      while (!this.#abort.signal.aborted) {
        woken = false;
        let more = false;
        try {
          more = await inBackground(() => loop.run(this.#abort.signal));
        } catch (error) {
          if (!this.#abort.signal.aborted) this.#logger.error(`worker loop ${loop.name} failed and goes on: ${(error as Error).stack ?? String(error)}`);
        }
        if (more || woken || this.#abort.signal.aborted) continue;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, loop.intervalInMillis);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    };
    this.#running.set(loop.name, { wake, stopped: live() });
  }
}
