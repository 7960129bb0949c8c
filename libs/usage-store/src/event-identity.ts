import { hash } from 'node:crypto';
import type { UsageEvent } from './usage-event.js';

/**
 * Hexadecimal digits kept of a SHA-256, which are 16 bytes. The index over the keys is what an insert costs, so they are short;
 * among 10^12 events of all accounts the chance that any two share 128 bits is about 10^-15.
 */
const HASH_DIGITS = 32;

/** What makes an event the same event, and what makes it say the same, in hexadecimal. Every store compares by these. */
export interface EventIdentity {
  /** Of account, customer, meter and unique id; without a unique id, of all attributes. */
  readonly eventKey: string;
  /** Of what the event says: time, value and dimensions. */
  readonly payloadHash: string;
}

export function identityOf(event: UsageEvent): EventIdentity {
  const payload = JSON.stringify([event.eventTimeInMillis, event.meterValue, sortedEntries(event.dimensions)]);
  const named = event.uniqueId === null ? ['attributes', payload] : ['unique-id', event.uniqueId];
  return {
    eventKey: ofAccount(event.accountId, shortHash(JSON.stringify([event.customerId, event.meterApiName, ...named]))),
    payloadHash: shortHash(payload),
  };
}

/** A hash of a hash, so that keys from before the account was in them could be brought here. The last colon ends the account, whatever is in its id. */
function ofAccount(accountId: string, key: string): string {
  return shortHash(`${accountId}:${key}`);
}

function sortedEntries(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.keys(dimensions)
    .sort()
    .map((name) => [name, dimensions[name] ?? '']);
}

function shortHash(text: string): string {
  // Text and not a Buffer, whose making costs several times the hashing.
  return hash('sha256', text, 'hex').slice(0, HASH_DIGITS);
}
