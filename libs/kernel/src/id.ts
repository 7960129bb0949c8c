import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';
const TIME_CHARACTERS = 9;
const RANDOM_BYTES = 10;
/** Asked for at once: a call to the system's source costs as much as all the rest of an id. */
const POOLED_IDS = 400;

let pool = Buffer.alloc(0);
let used = 0;

/**
 * A prefixed, time-sortable id, made before the write it belongs to: `inv_` + 9 characters of milliseconds + 80 random bits,
 * all in a base-32 alphabet whose byte order is its numeric order.
 * @param nowInMillis process time; ids sort by it to the millisecond
 */
export function newId(prefix: string, nowInMillis: number = Date.now()): string {
  let time = nowInMillis;
  let head = '';
  for (let i = 0; i < TIME_CHARACTERS; i += 1) {
    head = ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  let bits = 0;
  let held = 0;
  let tail = '';
  for (const byte of tenRandomBytes()) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += ALPHABET[(held >> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return `${prefix}_${head}${tail}`;
}

function tenRandomBytes(): Buffer {
  if (used + RANDOM_BYTES > pool.length) {
    pool = randomBytes(RANDOM_BYTES * POOLED_IDS);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}
