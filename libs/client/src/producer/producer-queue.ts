import type { UsageRecord } from '../resources/usage-record.js';
import { TollkeeperError } from '../tollkeeper-error.js';

export interface ProducerQueueOptions {
  readonly recordsPerRequest: number;
  readonly flushIntervalInMillis: number;
  readonly maximumBufferedRecords: number;
  readonly maximumRequestsInFlight: number;
  readonly retryDelayInMillis: number;
  readonly longestRetryDelayInMillis: number;
  /** One attempt. */
  readonly send: (records: readonly UsageRecord[]) => Promise<void>;
  readonly isWorthRetrying: (error: unknown) => boolean;
  readonly onRefused: (error: unknown, records: readonly UsageRecord[]) => void;
  /** Memory has room again. */
  readonly onRoom: () => void;
}

/** Records in memory on their way to the server: batched by number and by time, some requests at once, each tried until it is answered. */
export class ProducerQueue {
  readonly #options: ProducerQueueOptions;
  #waiting: UsageRecord[] = [];
  /** Batches that have been started; each stays until the server has answered it. */
  readonly #started = new Set<readonly UsageRecord[]>();
  readonly #ends = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #flushing = false;
  #stopped = false;
  /** Ends pauses between attempts at the end. */
  readonly #end = new AbortController();
  readonly #roomWanted: (() => void)[] = [];

  constructor(options: ProducerQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    let started = 0;
    for (const batch of this.#started) started += batch.length;
    return this.#waiting.length + started;
  }

  add(record: UsageRecord): boolean {
    if (this.size >= this.#options.maximumBufferedRecords) return false;
    this.#waiting.push(record);
    if (this.#waiting.length >= this.#options.recordsPerRequest) this.#pump(false);
    else this.#startTimer();
    return true;
  }

  /** Takes what has not been started out of memory. */
  takeWaiting(): UsageRecord[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  putBack(records: readonly UsageRecord[]): void {
    this.#waiting = [...records, ...this.#waiting];
  }

  room(): Promise<void> {
    if (this.size < this.#options.maximumBufferedRecords) return Promise.resolve();
    return new Promise((resolve) => this.#roomWanted.push(resolve));
  }

  async flush(): Promise<void> {
    this.#flushing = true;
    try {
      this.#pump(true);
      while (this.#ends.size > 0) {
        await Promise.all(this.#ends);
        this.#pump(true);
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** Sends records that are kept elsewhere meanwhile. @returns false when the queue ended before they were answered */
  async sendApart(records: readonly UsageRecord[]): Promise<boolean> {
    for (let from = 0; from < records.length; from += this.#options.recordsPerRequest) {
      if (!(await this.#deliver(records.slice(from, from + this.#options.recordsPerRequest)))) return false;
    }
    return true;
  }

  /** Starts nothing more. @returns everything that was not answered, those under way included */
  stop(): UsageRecord[] {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const left = [...[...this.#started].flat(), ...this.#waiting];
    this.#waiting = [];
    this.#started.clear();
    this.#end.abort();
    return left;
  }

  /** @param whole also a batch that is not full */
  #pump(whole: boolean): void {
    while (!this.#stopped && this.#started.size < this.#options.maximumRequestsInFlight) {
      const isDue = whole ? this.#waiting.length > 0 : this.#waiting.length >= this.#options.recordsPerRequest;
      if (!isDue) return;
      const batch = this.#waiting.splice(0, this.#options.recordsPerRequest);
      this.#started.add(batch);
      const end: Promise<void> = this.#deliver(batch).then(() => this.#ended(batch, end));
      this.#ends.add(end);
    }
  }

  #ended(batch: readonly UsageRecord[], end: Promise<void>): void {
    this.#started.delete(batch);
    this.#ends.delete(end);
    if (this.#stopped) return;
    for (const resolve of this.#roomWanted.splice(0)) resolve();
    this.#options.onRoom();
    this.#pump(this.#flushing);
    if (this.#waiting.length > 0) this.#startTimer();
  }

  /** @returns false when the queue ended first */
  async #deliver(batch: readonly UsageRecord[]): Promise<boolean> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        await this.#options.send(batch);
        return true;
      } catch (error) {
        if (this.#stopped) return false;
        if (!this.#options.isWorthRetrying(error)) {
          this.#options.onRefused(error, batch);
          return true;
        }
        await this.#pause(this.#pauseAfter(error, attempt));
      }
    }
    return false;
  }

  #pauseAfter(error: unknown, attempt: number): number {
    const { retryDelayInMillis, longestRetryDelayInMillis } = this.#options;
    const asked = error instanceof TollkeeperError ? (error.retryAfterInSeconds ?? 0) * 1_000 : 0;
    return Math.max(asked, Math.random() * Math.min(longestRetryDelayInMillis, retryDelayInMillis * 2 ** Math.min(attempt, 20)));
  }

  #pause(millis: number): Promise<void> {
    const { signal } = this.#end;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      signal.addEventListener('abort', done);
    });
  }

  #startTimer(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pump(true);
    }, this.#options.flushIntervalInMillis);
    // A program that has nothing else to do ends; its records are sent on the way out.
    this.#timer.unref();
  }
}
