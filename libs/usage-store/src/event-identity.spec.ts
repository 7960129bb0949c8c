import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identityOf } from './event-identity.js';
import type { UsageEvent } from './usage-event.js';

const EVENT: UsageEvent = {
  accountId: 'acc',
  customerId: 'acme',
  meterApiName: 'api_calls',
  eventTimeInMillis: 1_767_225_600_000,
  uniqueId: 'u-1',
  meterValue: '1',
  dimensions: { a: '1', b: '2' },
  ingestTimeInMillis: 0,
};
const keyOf = (change: Partial<UsageEvent>): string => identityOf({ ...EVENT, ...change }).eventKey;
const payloadOf = (change: Partial<UsageEvent>): string => identityOf({ ...EVENT, ...change }).payloadHash;

describe('identityOf', () => {
  it('takes the time, value and dimensions of an event with a unique id for its payload, not its key', () => {
    const change = { eventTimeInMillis: 1, meterValue: '2', dimensions: {} };
    expect(keyOf(change)).toBe(keyOf({}));
    for (const [name, value] of Object.entries(change)) expect(payloadOf({ [name]: value })).not.toBe(payloadOf({}));
  });

  it('takes them for the key where there is no unique id', () => {
    for (const change of [{ eventTimeInMillis: 1 }, { meterValue: '2' }, { dimensions: { a: '1' } }]) expect(keyOf({ uniqueId: null, ...change })).not.toBe(keyOf({ uniqueId: null }));
  });

  it('does not depend on the order of dimensions or the time of ingestion', () => {
    const change = { dimensions: { b: '2', a: '1' }, ingestTimeInMillis: 9 };
    expect([keyOf({ uniqueId: null, ...change }), payloadOf(change)]).toEqual([keyOf({ uniqueId: null }), payloadOf({})]);
  });

  it('takes the account for the key, not for what the event says', () => {
    expect(keyOf({ accountId: 'other' })).not.toBe(keyOf({}));
    expect(payloadOf({ accountId: 'other' })).toBe(payloadOf({}));
  });

  it('tells any two events apart that differ in account, customer, meter, unique id or dimensions', () => {
    // Short texts of awkward characters, so that names that run into each other would be found.
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\\', ':', '[', ' '), maxLength: 3 });
    const identity = fc.record({ accountId: text, customerId: text, meterApiName: text, uniqueId: fc.option(text), dimensions: fc.dictionary(text, text, { maxKeys: 2 }) });
    const shown = ({ uniqueId, dimensions, ...names }: { accountId: string; customerId: string; meterApiName: string; uniqueId: string | null; dimensions: Record<string, string> }): string =>
      JSON.stringify([names, uniqueId, uniqueId === null ? Object.entries(dimensions).sort() : null]);
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(shown(one) === shown(other));
      }),
      { numRuns: 2_000 },
    );
  });
});
