import { DomainError } from '@tollkeeper/kernel';
import type { AppendOutcome, UsageEvent } from '@tollkeeper/usage-store';

export interface GroupCommitterOptions {
  readonly append: (events: readonly UsageEvent[]) => Promise<AppendOutcome[]>;
  /** Whether an append failed because of what is in it, so that parts of it may succeed. */
  readonly isFaultOfData: (error: unknown) => boolean;
  /** Appends under way at the same time. Two measured best on two cores: one leaves the database idle between commits, four compete. */
  readonly writers: number;
  /** Events that go into one append; a single larger request goes whole. */
  readonly eventsPerAppend: number;
  /** Events that may wait; beyond it requests are sent away before memory grows. */
  readonly queuedEvents: number;
}

interface Waiting {
  readonly events: readonly UsageEvent[];
  readonly resolve: (outcomes: AppendOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects what arrives while commits run, and commits it together: one commit's cost is shared by all requests that came in
 * during the last one, without a timer, and nobody is answered before the commit.
 */
export class GroupCommitter {
  readonly #options: GroupCommitterOptions;
  readonly #queue: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  #queuedEvents = 0;

  constructor(options: GroupCommitterOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the events are durable.
   * @throws DomainError `ingestion_overloaded` (rate_limited) at once when too many wait
   */
  commit(events: readonly UsageEvent[]): Promise<AppendOutcome[]> {
    if (this.#queue.length > 0 && this.#queuedEvents + events.length > this.#options.queuedEvents) {
      throw new DomainError('rate_limited', 'ingestion_overloaded', 'Events arrive faster than they can be stored. Nothing of this request was stored: send it again a little later.', {
        retryAfterInSeconds: 1,
      });
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ events, resolve, reject });
      this.#queuedEvents += events.length;
      this.#pump();
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#running.size < this.#options.writers) {
      const flush = this.#flush(this.#take()).finally(() => {
        this.#running.delete(flush);
        this.#pump();
      });
      this.#running.add(flush);
    }
  }

  #take(): Waiting[] {
    let events = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && events + waiting.events.length > this.#options.eventsPerAppend) break;
      events += waiting.events.length;
      count += 1;
    }
    this.#queuedEvents -= events;
    return this.#queue.splice(0, count);
  }

  async #flush(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#options.append(group.flatMap((waiting) => waiting.events));
      let from = 0;
      for (const { events, resolve } of group) {
        resolve(outcomes.slice(from, from + events.length));
        from += events.length;
      }
    } catch (error) {
      if (group.length > 1 && this.#options.isFaultOfData(error)) {
        // One request must not take its neighbours down.
        for (const waiting of group) await this.#flush([waiting]);
        return;
      }
      for (const { reject } of group) reject(error);
    }
  }
}
