import { setTimeout as sleep } from 'node:timers/promises';
import { TollkeeperError } from '../tollkeeper-error.js';
import type { CallOptions, Transport } from '../transport.js';

export interface TestClock {
  /** The account's present time, epoch milliseconds. */
  readonly timeInMillis: number;
  /** Where it is being moved to; null when it has arrived. */
  readonly targetTimeInMillis: number | null;
  /** `ready`: all work due by then is done. */
  readonly status: 'ready' | 'advancing';
  /** What is still on its way, by kind. */
  readonly inProgress: Readonly<Record<string, number>>;
}

export interface WaitOptions {
  /** Default 60,000. */
  readonly timeoutInMillis?: number;
  readonly signal?: AbortSignal;
}

const POLL_IN_MILLIS = 100;

/** The time of a test account, which can be moved forwards so that a month's billing runs in seconds. */
export class TestClockResource {
  constructor(private readonly transport: Transport) {}

  get(options?: CallOptions): Promise<TestClock> {
    return this.transport.json({ ...options, method: 'GET', path: '/test-clock' });
  }

  /** Answers at once; the work that has become due follows, and `waitUntilReady` waits for it. */
  advance(timeInMillis: number, options?: CallOptions): Promise<TestClock> {
    return this.transport.json({ ...options, method: 'PUT', path: '/test-clock', body: { timeInMillis } });
  }

  /**
   * Waits until the clock has arrived and all work due by then is done.
   * @throws TollkeeperError `test_clock_not_ready` naming what is still on its way
   */
  async waitUntilReady({ timeoutInMillis = 60_000, signal }: WaitOptions = {}): Promise<TestClock> {
    const until = performance.now() + timeoutInMillis;
    for (;;) {
      const clock = await this.get(signal ? { signal } : undefined);
      if (clock.status === 'ready') {
        return clock;
      }
      if (performance.now() >= until) {
        throw new TollkeeperError({
          status: 0,
          code: 'test_clock_not_ready',
          message: `The test clock was not ready after ${timeoutInMillis} ms; still on its way: ${JSON.stringify(clock.inProgress)}.`,
        });
      }
      await sleep(POLL_IN_MILLIS, undefined, signal ? { signal } : undefined);
    }
  }
}
