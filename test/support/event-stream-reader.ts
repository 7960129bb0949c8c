import type { HttpCaller } from './http-caller.js';
import { PATIENCE_IN_MILLIS } from './patience.js';

export interface StreamedEvent {
  /** The `id:` of the message: what Last-Event-ID takes. */
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly data: Record<string, unknown>;
}

/** Reads `GET /events` as a browser's EventSource does, but never reconnects by itself. */
export class EventStreamReader {
  readonly events: StreamedEvent[] = [];
  /** The newest `id:` seen, of an event or of the greeting. */
  lastEventId: string | null = null;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #abort: AbortController;
  #changed: () => void = () => undefined;

  private constructor(
    readonly response: Response,
    abort: AbortController,
  ) {
    this.#abort = abort;
    this.ended = this.#read();
  }

  /** @throws Error with the answer when it is no stream */
  static async open(caller: HttpCaller, lastEventId?: string): Promise<EventStreamReader> {
    const abort = new AbortController();
    const headers = { 'X-API-KEY': caller.key ?? '', ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }) };
    const response = await fetch(`${caller.url}/events`, { headers, signal: abort.signal });
    if (response.status !== 200) throw new Error(`GET /events answered ${response.status}: ${await response.text()}`);
    const reader = new EventStreamReader(response, abort);
    // The greeting names the position: from here on nothing is missed.
    await reader.until(() => reader.lastEventId !== null, 'the greeting');
    return reader;
  }

  /** Waits until the condition holds. @throws Error with what was read, after so many milliseconds */
  async until(condition: () => boolean, what: string, timeoutInMillis = PATIENCE_IN_MILLIS): Promise<void> {
    const deadline = Date.now() + timeoutInMillis;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`${what} did not come within ${timeoutInMillis} ms; read so far: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of this.response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        messages.forEach((message) => this.#take(message));
        this.#changed();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  #take(message: string): void {
    const fields = Object.fromEntries(message.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
    if (fields['id'] !== undefined) this.lastEventId = fields['id'];
    if (fields['data'] === undefined) return;
    const event = JSON.parse(fields['data']) as Omit<StreamedEvent, 'position'>;
    if (event.type !== fields['event']) throw new Error(`the message says ${fields['event']}, its data ${event.type}`);
    this.events.push({ ...event, position: fields['id']! });
  }
}
