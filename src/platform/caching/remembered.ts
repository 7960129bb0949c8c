export interface RememberedOptions<T> {
  readonly ask: (key: string) => Promise<T>;
  /** How old an answer may be when it is given; counted from when it was asked for. */
  readonly holdsForInMillis: number;
  /** Keys remembered; then all are forgotten. */
  readonly most: number;
  /** Whether an answer is worth keeping; all are unless given. */
  readonly isKept?: (answer: T) => boolean;
  readonly now?: () => number;
}

interface Entry<T> {
  readonly answer: Promise<T>;
  readonly askedAt: number;
  isRenewed: boolean;
}

/**
 * Answers of the database that hold for a while. Each is asked for once, however many need it at the same time; and once half of its time is over the next one is asked for while
 * this one is still given, so that what is needed all the time is waited for once.
 */
export class Remembered<T> {
  readonly #options: RememberedOptions<T>;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(options: RememberedOptions<T>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get(key: string): Promise<T> {
    const known = this.#entries.get(key);
    const age = known ? this.#now() - known.askedAt : Number.POSITIVE_INFINITY;
    if (!known || age >= this.#options.holdsForInMillis) return this.#ask(key);
    if (age >= this.#options.holdsForInMillis / 2 && !known.isRenewed) this.#renew(key, known);
    return known.answer;
  }

  /** What is under way is answered to those who wait for it, and to nobody after them. */
  forget(): void {
    this.#entries.clear();
  }

  #ask(key: string): Promise<T> {
    const { ask, most, isKept } = this.#options;
    const entry: Entry<T> = { askedAt: this.#now(), answer: ask(key), isRenewed: false };
    if (this.#entries.size >= most) this.#entries.clear();
    this.#entries.set(key, entry);
    entry.answer.then(
      (answer) => {
        if (isKept?.(answer) === false) this.#forgetEntry(key, entry);
      },
      () => this.#forgetEntry(key, entry),
    );
    return entry.answer;
  }

  #renew(key: string, known: Entry<T>): void {
    known.isRenewed = true;
    const askedAt = this.#now();
    const answer = this.#options.ask(key);
    answer.then(
      (value) => {
        if (this.#entries.get(key) !== known) return;
        if (this.#options.isKept?.(value) === false) this.#entries.delete(key);
        else this.#entries.set(key, { askedAt, answer, isRenewed: false });
      },
      // The one at hand holds for as long as it would have.
      () => void (known.isRenewed = false),
    );
  }

  #forgetEntry(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
