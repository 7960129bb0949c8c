import { identityOf, type AppendOutcome, type UsageEvent } from '@tollkeeper/usage-store';

interface Known {
  readonly payloadHash: string;
  readonly event: UsageEvent;
  /** As it counts; null where it does not. */
  counting: UsageEvent | null;
}

/** What usage is, without a database: raw events by identity, in the order in which they came, and what is cancelled. */
export class UsageModel {
  readonly #known = new Map<string, Known>();
  readonly #cancelled = new Set<string>();

  /** Events of a request first, then its cancels. */
  append(events: readonly UsageEvent[]): AppendOutcome[] {
    const outcomes = new Array<AppendOutcome>(events.length);
    events.forEach((event, index) => {
      if (event.isCancel !== true) outcomes[index] = this.#add(event);
    });
    events.forEach((event, index) => {
      if (event.isCancel === true) outcomes[index] = this.#cancel(event);
    });
    return outcomes;
  }

  /** In the order of coming. */
  counting(): UsageEvent[] {
    return [...this.#known.values()].flatMap(({ counting }) => counting ?? []);
  }

  #add(event: UsageEvent): AppendOutcome {
    const { eventKey, payloadHash } = identityOf(event);
    const known = this.#known.get(eventKey);
    if (known) return known.payloadHash === payloadHash ? 'duplicate' : 'conflict';
    const isCancelled = this.#cancelled.has(eventKey);
    this.#known.set(eventKey, { payloadHash, event, counting: isCancelled ? null : event });
    return isCancelled ? 'cancelled' : 'accepted';
  }

  #cancel(event: UsageEvent): AppendOutcome {
    const { eventKey } = identityOf(event);
    if (this.#cancelled.has(eventKey)) return 'duplicate';
    this.#cancelled.add(eventKey);
    const known = this.#known.get(eventKey);
    if (known) known.counting = null;
    return 'accepted';
  }
}
