import { identityOf, type AppendOutcome, type UsageEvent } from '@tollkeeper/usage-store';

interface Known {
  readonly payloadHash: string;
  readonly event: UsageEvent;
  /** As it counts; null where it does not. */
  counting: UsageEvent | null;
  /** What corrections have found, earliest first. */
  readonly before: { readonly correctionId: string; readonly event: UsageEvent }[];
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

  /** @returns how many events it corrected */
  correct(correctionId: string, isMeant: (event: UsageEvent) => boolean, amend: ((event: UsageEvent) => UsageEvent) | null): number {
    let corrected = 0;
    for (const known of this.#known.values()) {
      if (!known.counting || !isMeant(known.counting)) continue;
      known.before.push({ correctionId, event: known.counting });
      known.counting = amend === null ? null : amend(known.counting);
      corrected += 1;
    }
    return corrected;
  }

  revert(correctionId: string): void {
    for (const [key, known] of this.#known) {
      if (known.before.at(-1)?.correctionId !== correctionId) continue;
      const { event } = known.before.pop()!;
      if (!this.#cancelled.has(key)) known.counting = event;
    }
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
    this.#known.set(eventKey, { payloadHash, event, counting: isCancelled ? null : event, before: [] });
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
