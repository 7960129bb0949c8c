import { setTimeout as sleep } from 'node:timers/promises';
import { readServerSentEvents } from './server-sent-events.js';
import { TollkeeperError } from './tollkeeper-error.js';
import type { Transport } from './transport.js';

/** Something that happened to an object of the account. */
export interface TollkeeperEvent<Data = Record<string, unknown>> {
  readonly id: string;
  /** Where the event stands in the stream; give it as `after` to go on behind it. */
  readonly position: string;
  /** `<object>.<what happened>`, e.g. `invoice.settled`. */
  readonly type: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly data: Data;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface EventStreamOptions {
  /** Only events behind this position, `0-0` for all there are; without it, only new ones. */
  readonly after?: string;
  /** Ends the iteration when it is aborted. */
  readonly signal?: AbortSignal;
  /** Connect again when nothing, not even a heartbeat, was heard for this long; default 60,000. */
  readonly idleTimeoutInMillis?: number;
}

const FIRST_PAUSE_IN_MILLIS = 500;
const LONGEST_PAUSE_IN_MILLIS = 15_000;

/**
 * The account's events, for as long as the caller reads. A lost connection is made again after the last event that was read, so
 * that none is missed; after a reconnection an event may come twice.
 * @throws TollkeeperError when the server refuses (401, 403, 404), which waiting would not change
 */
export async function* streamEvents(transport: Transport, options: EventStreamOptions = {}): AsyncGenerator<TollkeeperEvent, void, void> {
  const { signal } = options;
  let position = options.after;
  let failures = 0;
  let pauseInMillis = FIRST_PAUSE_IN_MILLIS;
  while (!signal?.aborted) {
    const connection = new AbortController();
    try {
      const headers = { Accept: 'text/event-stream', ...(position === undefined ? {} : { 'Last-Event-ID': position }) };
      const response = await transport.open({ method: 'GET', path: '/events', headers, signal: signal ? AbortSignal.any([signal, connection.signal]) : connection.signal });
      for await (const message of readServerSentEvents(response, connection, options.idleTimeoutInMillis ?? 60_000)) {
        failures = 0;
        pauseInMillis = message.retryInMillis ?? pauseInMillis;
        position = message.id ?? position;
        if (message.data !== undefined) {
          yield { ...(JSON.parse(message.data) as Omit<TollkeeperEvent, 'position'>), position: position ?? '' };
        }
      }
    } catch (error) {
      if (signal?.aborted) {
        return;
      }
      if (error instanceof TollkeeperError && error.status >= 400 && error.status < 500 && error.status !== 429) {
        throw error;
      }
    } finally {
      connection.abort();
    }
    await sleep(Math.min(LONGEST_PAUSE_IN_MILLIS, pauseInMillis * 2 ** failures), undefined, signal ? { signal } : undefined).catch(() => undefined);
    failures += 1;
  }
}
