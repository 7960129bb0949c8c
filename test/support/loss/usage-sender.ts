import { ADMIN_KEY } from './api-process.js';

const MOST_EVENTS_OF_A_BATCH = 40;
const PAUSE_BEFORE_RETRY_IN_MILLIS = 50;
/** An answer that a killed process never sends is given up after this long. */
const TIMEOUT_IN_MILLIS = 10_000;
/** Of the batches, how many are sent again although they were acknowledged, as by a queue that delivers twice. */
const REPEATED_SHARE = 0.15;

export interface SentEvent {
  readonly customerId: string;
  readonly meterApiName: 'calls';
  readonly meterValue: string;
  readonly meterTimeInMillis: number;
  readonly uniqueId: string;
}

/** What senders meet: how often each status came, and `unreachable` where nobody answered. */
export type Answers = Map<string, number>;

/** A program that sends batches of events, each again and again until it is acknowledged, by whichever API answers. */
export class UsageSender {
  readonly acknowledged: SentEvent[] = [];
  readonly #name: string;
  readonly #urls: readonly string[];
  readonly #random: () => number;
  readonly #answers: Answers;
  #batches = 0;

  constructor(name: string, urls: readonly string[], random: () => number, answers: Answers) {
    this.#name = name;
    this.#urls = urls;
    this.#random = random;
    this.#answers = answers;
  }

  /** Until told to stop; what is under way then is still brought to its end. */
  async send(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const batch = this.#nextBatch();
      await this.#untilAcknowledged(batch);
      this.acknowledged.push(...batch);
      if (this.#random() < REPEATED_SHARE) await this.#untilAcknowledged(batch);
    }
  }

  #nextBatch(): SentEvent[] {
    this.#batches += 1;
    const now = Date.now();
    return Array.from({ length: 1 + Math.floor(this.#random() * MOST_EVENTS_OF_A_BATCH) }, (_, index) => ({
      customerId: this.#name,
      meterApiName: 'calls' as const,
      meterValue: `${Math.floor(this.#random() * 1_000)}.${String(Math.floor(this.#random() * 1_000)).padStart(3, '0')}`,
      meterTimeInMillis: now,
      uniqueId: `${this.#name}-${this.#batches}-${index}`,
    }));
  }

  async #untilAcknowledged(batch: readonly SentEvent[]): Promise<void> {
    for (;;) {
      const answer = await this.#post(batch);
      this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
      if (answer === '200') return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_BEFORE_RETRY_IN_MILLIS * (1 + this.#random())));
    }
  }

  async #post(batch: readonly SentEvent[]): Promise<string> {
    const url = this.#urls[Math.floor(this.#random() * this.#urls.length)]!;
    try {
      const headers = { 'Content-Type': 'application/json', 'X-API-KEY': ADMIN_KEY };
      const response = await fetch(`${url}/ingest`, { method: 'POST', headers, body: JSON.stringify(batch), signal: AbortSignal.timeout(TIMEOUT_IN_MILLIS) });
      await response.arrayBuffer();
      return String(response.status);
    } catch {
      return 'unreachable';
    }
  }
}
