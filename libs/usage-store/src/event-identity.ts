import { hash } from 'node:crypto';
import type { UsageEvent } from './usage-event.js';

/**
 * Bytes kept of a SHA-256. The index over the keys is what an insert costs, so they are short; among 10^12 events of an
 * account the chance that any two share 128 bits is about 10^-15.
 */
const HASH_BYTES = 16;

/** What makes an event the same event, and what makes it say the same. Every store compares by these. */
export interface EventIdentity {
  /** Of customer, meter and unique id; without a unique id, of all attributes. The account is not in it: it stands beside it. */
  readonly eventKey: Buffer;
  /** Of what the event says: time, value and dimensions. */
  readonly payloadHash: Buffer;
}

export function identityOf(event: UsageEvent): EventIdentity {
  const payload = JSON.stringify([event.eventTimeInMillis, event.meterValue, sortedEntries(event.dimensions)]);
  const named = event.uniqueId === null ? ['attributes', payload] : ['unique-id', event.uniqueId];
  return {
    eventKey: shortHash(JSON.stringify([event.customerId, event.meterApiName, ...named])),
    payloadHash: shortHash(payload),
  };
}

function sortedEntries(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.keys(dimensions)
    .sort()
    .map((name) => [name, dimensions[name] ?? '']);
}

function shortHash(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, HASH_BYTES);
}
