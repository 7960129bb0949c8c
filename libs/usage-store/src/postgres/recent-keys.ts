const SLOT_DIGITS = 5;
const MARK_DIGITS = 8;
const HEXADECIMAL = 16;

/**
 * Keys that this process has met lately: of about the last million, most. Nearly all events that are sent again are sent again soon, so these need not be tried as new ones. Only a
 * guess either way, which costs time where it is wrong and nothing else.
 */
export class RecentKeys {
  readonly #marks = new Int32Array(HEXADECIMAL ** SLOT_DIGITS);

  /** Remembers a key. @returns whether it seems to be known */
  meets(key: string): boolean {
    const slot = Number.parseInt(key.slice(0, SLOT_DIGITS), HEXADECIMAL);
    const mark = Number.parseInt(key.slice(SLOT_DIGITS, SLOT_DIGITS + MARK_DIGITS), HEXADECIMAL) | 0;
    const isKnown = this.#marks[slot] === mark;
    this.#marks[slot] = mark;
    return isKnown;
  }
}
