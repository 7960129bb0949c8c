import { MovableClock } from './test-application.js';

/** How long nothing new has to be waited for until time is moved to the end of the nearest pause. */
const QUIET_IN_MILLIS = 3;

interface Pause {
  readonly endsAt: number;
  resume(): void;
}

/** Pauses cost no time: when all there is to do is to wait, the clock moves to where the first of them ends. */
export class SimulatedClock extends MovableClock {
  readonly #pauses: Pause[] = [];
  #quiet: NodeJS.Timeout | null = null;

  override pause(millis: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const pause = { endsAt: this.now() + millis, resume: resolve };
      this.#pauses.push(pause);
      signal?.addEventListener('abort', () => {
        this.#remove(pause);
        resolve();
      });
      this.#waitForQuiet();
    });
  }

  #waitForQuiet(): void {
    if (this.#quiet) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#resumeFirst(), QUIET_IN_MILLIS);
  }

  #resumeFirst(): void {
    const [first] = this.#pauses.toSorted((one, other) => one.endsAt - other.endsAt);
    if (!first) return;
    this.#remove(first);
    this.advance(Math.max(0, Math.ceil(first.endsAt - this.now())));
    first.resume();
    if (this.#pauses.length > 0) this.#waitForQuiet();
  }

  #remove(pause: Pause): void {
    const index = this.#pauses.indexOf(pause);
    if (index >= 0) this.#pauses.splice(index, 1);
  }
}
