import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function text(bytes: Buffer): string {
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** `cus_` → `cus_Tx3…`; long enough that ids never meet. */
export function objectId(prefix: string): string {
  return `${prefix}${text(randomBytes(20))}`;
}

export function upperCaseCode(length: number): string {
  return text(randomBytes(length)).toUpperCase();
}

/** The same key is always the same account, also after a restart, without the key being kept. */
export function accountIdOfKey(key: string): string {
  return `acct_${text(createHash('sha256').update(key).digest()).slice(0, 16)}`;
}
