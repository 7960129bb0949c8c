import type { UsageRecord } from '../resources/usage-record.js';
import { TollkeeperError } from '../tollkeeper-error.js';
import { isTransient, type Transport } from '../transport.js';
import { sendBatch } from './batch-request.js';
import { ProducerQueue } from './producer-queue.js';
import type { UsageFailure } from './usage-failure.js';
import { UsageSpool } from './usage-spool.js';

const LAST_FLUSH_IN_MILLIS = 30_000;

export interface UsageProducerOptions {
  /**
   * Takes every record that was refused or could not be sent. It is required, because the only other end of such a record would be silence.
   * What it throws is an uncaught exception of the process.
   */
  readonly onError: (failure: UsageFailure) => void;
  /** Records in a request; default 500, at most 10,000. */
  readonly recordsPerRequest?: number;
  /** The longest a record waits for company; default 1,000. */
  readonly flushIntervalInMillis?: number;
  /** Records held in memory, those under way included; default 50,000. */
  readonly maximumBufferedRecords?: number;
  /** Default 2. */
  readonly maximumRequestsInFlight?: number;
  /** The first pause after a failed attempt; it doubles, and is drawn at random below that. The server's `Retry-After` is obeyed when longer. Default 500. */
  readonly retryDelayInMillis?: number;
  /** The longest pause between attempts; default 30,000. Attempts go on for as long as the producer lives. */
  readonly longestRetryDelayInMillis?: number;
  /** A folder of its own for records that memory has no room for and that are left at the end; sent by the next producer on it. */
  readonly spoolDirectory?: string;
  /** Bytes the spool may take; default 1 GiB. */
  readonly maximumSpoolBytes?: number;
  /** Sends what waits when the process runs out of work, and spools or reports it at `process.exit`. Default true. */
  readonly flushOnExit?: boolean;
}

/**
 * Sends usage in the background, in batches, until the server has it. Every record ends in one of three ways: counted once, handed to
 * `onError`, or in the spool. Memory is bounded: when `add` answers false the record was not taken.
 */
export class UsageProducer {
  readonly #options: UsageProducerOptions;
  readonly #queue: ProducerQueue;
  readonly #spool: UsageSpool | null;
  readonly #onBeforeExit = (): void => void this.#finish(LAST_FLUSH_IN_MILLIS, 'The process had nothing else to do, and they could not be sent.');
  readonly #onExit = (): void => this.#leave('The process ended before they were sent.');
  #spooling: Promise<void> | null = null;
  #closed = false;

  /** Through `client.usageProducer()`. */
  constructor(transport: Transport, options: UsageProducerOptions) {
    this.#options = options;
    this.#spool = options.spoolDirectory === undefined ? null : new UsageSpool(options.spoolDirectory, options.maximumSpoolBytes);
    this.#queue = new ProducerQueue({
      recordsPerRequest: options.recordsPerRequest ?? 500,
      flushIntervalInMillis: options.flushIntervalInMillis ?? 1_000,
      maximumBufferedRecords: options.maximumBufferedRecords ?? 50_000,
      maximumRequestsInFlight: options.maximumRequestsInFlight ?? 2,
      retryDelayInMillis: options.retryDelayInMillis ?? 500,
      longestRetryDelayInMillis: options.longestRetryDelayInMillis ?? 30_000,
      send: async (records) => this.#report(await sendBatch(transport, records)),
      isWorthRetrying: (error) => error instanceof TollkeeperError && isTransient(error),
      onRefused: (error, records) => this.#fail(error, records),
      onRoom: () => void this.#takeFromSpool(),
    });
    if (options.flushOnExit ?? true) {
      process.on('beforeExit', this.#onBeforeExit);
      process.on('exit', this.#onExit);
    }
    void this.#takeFromSpool();
  }

  /** Records in memory that the server has not acknowledged yet. */
  get buffered(): number {
    return this.#queue.size;
  }

  /**
   * Takes a record; one without `uniqueId` gets one, so that sending it again counts it once.
   * @returns false where there is no room for it, in memory or in the spool: wait for `drained()` and add it again
   * @throws TypeError once the producer is closed
   */
  add(record: UsageRecord): boolean {
    if (this.#closed) throw new TypeError('The producer is closed; the record was not taken.');
    const known: UsageRecord = record.uniqueId === undefined || record.uniqueId === '' ? { ...record, uniqueId: crypto.randomUUID() } : record;
    if (this.#queue.add(known)) return true;
    if (!this.#spool) return false;
    const moved = this.#queue.takeWaiting();
    if (moved.length > 0 && this.#spool.write(moved)) return this.#queue.add(known);
    this.#queue.putBack(moved);
    return false;
  }

  /** Resolves when there is room again. */
  drained(): Promise<void> {
    return this.#queue.room();
  }

  /** Resolves when every record added so far has been acknowledged or handed to `onError`; the spool is not waited for. */
  flush(): Promise<void> {
    return this.#queue.flush();
  }

  /**
   * Takes no more records and waits for those it has.
   * @param options.timeoutInMillis after which what is left goes to the spool, or to `onError` without one; default 30,000
   */
  async close({ timeoutInMillis = 30_000 }: { readonly timeoutInMillis?: number } = {}): Promise<void> {
    this.#closed = true;
    await this.#finish(timeoutInMillis, 'The producer was closed before they were sent.');
    this.#leave('The producer was closed before they were sent.');
    await this.#spooling;
  }

  async #finish(timeoutInMillis: number, message: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutInMillis);
    });
    await Promise.race([this.flush(), timeout]);
    clearTimeout(timer);
    if (this.buffered > 0) this.#leave(message);
  }

  /** The end, whichever way it comes; synchronous, because `process.exit` waits for nobody. */
  #leave(message: string): void {
    this.#closed = true;
    process.off('beforeExit', this.#onBeforeExit);
    process.off('exit', this.#onExit);
    const left = this.#queue.stop();
    if (left.length === 0 || this.#spool?.write(left)) return;
    this.#fail(new TollkeeperError({ status: 0, code: 'producer_closed', message }), left);
  }

  #report(rejected: readonly UsageFailure[]): void {
    for (const { error, records } of rejected) this.#fail(error, records);
  }

  #fail(error: unknown, records: readonly UsageRecord[]): void {
    const told = error instanceof TollkeeperError ? error : new TollkeeperError({ status: 0, code: 'send_failed', message: String(error), cause: error });
    try {
      this.#options.onError({ error: told, records });
    } catch (thrown) {
      // The application's own fault, shown as one; in here it would be taken for a failed request, and the records for unsent.
      process.nextTick(() => {
        throw thrown;
      });
    }
  }

  /** One file at a time, and the next one when that has been sent: the spool may be larger than memory. */
  #takeFromSpool(): Promise<void> {
    if (!this.#spool || this.#closed) return Promise.resolve();
    this.#spooling ??= this.#sendSpooled(this.#spool).finally(() => {
      this.#spooling = null;
    });
    return this.#spooling;
  }

  async #sendSpooled(spool: UsageSpool): Promise<void> {
    for (let file = spool.oldest(); file !== null && !this.#closed; file = spool.oldest()) {
      const { records, unreadable } = spool.read(file);
      if (unreadable > 0) this.#fail(new TollkeeperError({ status: 0, code: 'spool_damaged', message: `${unreadable} lines of ${file} are no records; the file is kept aside.` }), []);
      if (!(await this.#queue.sendApart(records))) return;
      spool.remove(file, unreadable > 0);
    }
  }
}
