export interface GroupCommitterOptions<Item, Outcome> {
  /** One commit. Answers one outcome per item, in their order. */
  readonly commit: (items: readonly Item[]) => Promise<Outcome[]>;
  /** Whether a commit failed because of what is in it, so that parts of it may succeed. */
  readonly isFaultOfData: (error: unknown) => boolean;
  /** Commits under way at the same time. Two measured best on two cores: one leaves the database idle between commits, four compete. */
  readonly writers: number;
  /**
   * Items under way and waiting from which a commit begins beside another one; one unless given. Small commits are cheaper one after another, twice as large:
   * most of their cost is each commit's own. Beside a large one nobody waits for its end.
   */
  readonly itemsForAnotherWriter?: number;
  /** Items that go into one commit; a single larger request goes whole. */
  readonly itemsPerCommit: number;
  /** Items that may wait; beyond it requests are sent away before memory grows. */
  readonly queuedItems: number;
  /** What a request that is sent away is told. */
  readonly overloaded: () => Error;
}

interface Waiting<Item, Outcome> {
  readonly items: readonly Item[];
  readonly resolve: (outcomes: Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects what arrives while commits run, and commits it together: one commit's cost is shared by all requests that came in
 * during the last one, without a timer, and nobody is answered before the commit.
 */
export class GroupCommitter<Item, Outcome> {
  readonly #options: GroupCommitterOptions<Item, Outcome>;
  readonly #queue: Waiting<Item, Outcome>[] = [];
  readonly #running = new Set<Promise<void>>();
  #queuedItems = 0;
  #committingItems = 0;
  #isScheduled = false;

  constructor(options: GroupCommitterOptions<Item, Outcome>) {
    this.#options = options;
  }

  /**
   * Resolves once the items are durable.
   * @throws what `overloaded` makes, at once, when too many wait
   */
  commit(items: readonly Item[]): Promise<Outcome[]> {
    if (this.#queue.length > 0 && this.#queuedItems + items.length > this.#options.queuedItems) throw this.#options.overloaded();
    return new Promise((resolve, reject) => {
      this.#queue.push({ items, resolve, reject });
      this.#queuedItems += items.length;
      this.#schedule();
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    while (this.#running.size > 0 || this.#queue.length > 0) {
      this.#pump();
      await Promise.all(this.#running);
    }
  }

  /** Not at once: what the process has already received, and reads in this turn of its loop, goes into the same commit. */
  #schedule(): void {
    if (this.#isScheduled || !this.#mayBegin()) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#mayBegin()) {
      const group = this.#take();
      const items = group.reduce((sum, waiting) => sum + waiting.items.length, 0);
      this.#committingItems += items;
      const flush = this.#flush(group).finally(() => {
        this.#committingItems -= items;
        this.#running.delete(flush);
        if (this.#queue.length > 0) this.#schedule();
      });
      this.#running.add(flush);
    }
  }

  #mayBegin(): boolean {
    if (this.#running.size === 0) return true;
    return this.#running.size < this.#options.writers && this.#queuedItems + this.#committingItems >= (this.#options.itemsForAnotherWriter ?? 1);
  }

  #take(): Waiting<Item, Outcome>[] {
    let items = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && items + waiting.items.length > this.#options.itemsPerCommit) break;
      items += waiting.items.length;
      count += 1;
    }
    this.#queuedItems -= items;
    return this.#queue.splice(0, count);
  }

  async #flush(group: readonly Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.commit(group.flatMap((waiting) => waiting.items));
      let from = 0;
      for (const { items, resolve } of group) {
        resolve(outcomes.slice(from, from + items.length));
        from += items.length;
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
