import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';
const TIME_CHARACTERS = 9;
const RANDOM_BYTES = 10;

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
  const random = randomBytes(RANDOM_BYTES);
  let bits = 0;
  let held = 0;
  let tail = '';
  for (const byte of random) {
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
