/** What a pool has already: the next scan leaves it out. */
export interface TakenWork {
  readonly keys: readonly string[];
  /** Groups that have enough to do for now. */
  readonly groups: readonly string[];
  readonly limit: number;
}

export interface RefillingPoolOptions<T> {
  /** How many items are worked on at a time. */
  readonly concurrency: number;
  /** How many of them may belong to one group: what hangs there keeps its own places and leaves the others theirs. */
  readonly perGroup: number;
  /** Items of one scan. */
  readonly batch: number;
  /** What is due, longest waiting first, at most `limit`. */
  scan(taken: TakenWork): Promise<readonly T[]>;
  keyOf(item: T): string;
  /** Whom an item could hold up: a connection to a provider. */
  groupOf(item: T): string;
  work(item: T, signal: AbortSignal): Promise<void>;
  /** One item's error stops none of the others. */
  onError(item: T, error: unknown): void;
  /** A group that was left out of a scan has room again. */
  onRoom(): void;
}

interface Group<T> {
  running: number;
  readonly waiting: T[];
}

/**
 * Works through what scans find without waiting for all of it: whoever is through makes room for the next, and the next scan does not
 * wait for the slow ones of the last. A loop's `run` and `idle`.
 */
export class RefillingPool<T> {
  readonly #groups = new Map<string, Group<T>>();
  readonly #keys = new Set<string>();
  readonly #working = new Set<Promise<void>>();
  readonly #leftOut = new Set<string>();
  #hasRoom = false;

  constructor(private readonly options: RefillingPoolOptions<T>) {}

  /** Scans and begins; does not wait for what it began. @returns whether there may be more to find at once */
  async run(signal: AbortSignal): Promise<boolean> {
    this.#hasRoom = false;
    const { batch, scan } = this.options;
    const groups = [...this.#groups].filter(([, group]) => this.#isBusy(group)).map(([name]) => name);
    this.#leftOut.clear();
    for (const name of groups) this.#leftOut.add(name);
    const found = await scan({ keys: [...this.#keys], groups, limit: batch });
    for (const item of found) this.#take(item);
    this.#begin(signal);
    return found.length === batch && !signal.aborted;
  }

  /** Resolves when nothing is worked on. @returns whether another scan may find more */
  async idle(): Promise<boolean> {
    while (this.#working.size > 0) await Promise.all(this.#working);
    return this.#hasRoom;
  }

  /** Whether there is no use in scanning for it now: the group has enough to do, and `onRoom` tells when it has room again. */
  isFull(name: string): boolean {
    const group = this.#groups.get(name);
    if (!group || !this.#isBusy(group)) return false;
    this.#leftOut.add(name);
    return true;
  }

  #take(item: T): void {
    const key = this.options.keyOf(item);
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const name = this.options.groupOf(item);
    const group = this.#groups.get(name) ?? { running: 0, waiting: [] };
    group.waiting.push(item);
    this.#groups.set(name, group);
  }

  /** One of each group in turn, so that a group with much to do does not take all places first. */
  #begin(signal: AbortSignal): void {
    for (let began = true; began; ) {
      began = false;
      for (const [name, group] of this.#groups) {
        if (signal.aborted) this.#forget(group);
        if (this.#working.size >= this.options.concurrency) return;
        const item = group.running < this.options.perGroup ? group.waiting.shift() : undefined;
        if (item === undefined) continue;
        began = true;
        group.running += 1;
        const working = this.#work(item, signal).finally(() => {
          this.#working.delete(working);
          this.#end(item, name, group, signal);
        });
        this.#working.add(working);
      }
    }
  }

  async #work(item: T, signal: AbortSignal): Promise<void> {
    try {
      await this.options.work(item, signal);
    } catch (error) {
      this.options.onError(item, error);
    }
  }

  #end(item: T, name: string, group: Group<T>, signal: AbortSignal): void {
    this.#keys.delete(this.options.keyOf(item));
    group.running -= 1;
    this.#begin(signal);
    if (group.running === 0 && group.waiting.length === 0) this.#groups.delete(name);
    if (this.#isBusy(group) || !this.#leftOut.delete(name)) return;
    this.#hasRoom = true;
    this.options.onRoom();
  }

  #isBusy(group: Group<T>): boolean {
    return group.waiting.length > 0 || group.running >= this.options.perGroup;
  }

  #forget(group: Group<T>): void {
    for (const item of group.waiting.splice(0)) this.#keys.delete(this.options.keyOf(item));
  }
}
