import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { EventTail, type StoredEvent } from './event-tail.js';

/** A lost wake-up costs at most this long. */
const POLL_IN_MILLIS = 1_000;
/** After a wake-up the event may still be hidden behind an older transaction that is about to end. */
const SECOND_LOOK_IN_MILLIS = 50;
/** Proxies close connections on which nothing moves; most wait for 30 to 60 s. */
const HEARTBEAT_IN_MILLIS = 15_000;

export type StreamItem = { readonly event: StoredEvent } | { readonly heartbeat: true };

/** Live event streams of this process; each follows its account from its own position. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  readonly #abort = new AbortController();

  /** Aborts when the process begins to shut down. */
  readonly stopping = this.#abort.signal;

  constructor(
    private readonly tail: EventTail,
    private readonly wakeups: Wakeups,
  ) {}

  /** Ends when the signal aborts. @param from a position, or null for the present */
  async *follow(accountId: string, from: string | null, signal: AbortSignal): AsyncGenerator<StreamItem> {
    let woken = false;
    let wake: () => void = () => undefined;
    const unsubscribe = this.wakeups.listen('outbox', (id) => {
      if (id !== accountId) return;
      woken = true;
      wake();
    });
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      let position = from ?? (await this.tail.end());
      let lastSent = performance.now();
      while (!signal.aborted) {
        const wasWoken = woken;
        woken = false;
        const events = await this.tail.after(accountId, position);
        for (const event of events) {
          yield { event };
          position = event.position;
          lastSent = performance.now();
        }
        if (events.length > 0 || woken || signal.aborted) continue;
        if (performance.now() - lastSent > HEARTBEAT_IN_MILLIS) {
          yield { heartbeat: true };
          lastSent = performance.now();
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, wasWoken ? SECOND_LOOK_IN_MILLIS : POLL_IN_MILLIS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    } finally {
      unsubscribe();
    }
  }

  beforeApplicationShutdown(): void {
    this.#abort.abort();
  }
}
