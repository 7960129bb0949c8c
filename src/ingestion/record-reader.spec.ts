import { describe, expect, it } from '@jest/globals';
import type { ErrorDetail } from '@tollkeeper/kernel';
import fc from 'fast-check';
import { readRecord } from './record-reader.js';

const FACTS = { accountId: 'acc', ingestTimeInMillis: 1_767_225_700_000 };
const RECORD = { customerId: 'acme', meterApiName: 'api_calls', meterValue: 1, meterTimeInMillis: 1_767_225_600_000 };

function read(record: unknown): { events: ReturnType<typeof readRecord>; findings: ErrorDetail[] } {
  const findings: ErrorDetail[] = [];
  return { events: readRecord(record, 3, FACTS, findings), findings };
}

describe('readRecord', () => {
  it('reads a record with what every event of the request shares', () => {
    const { events, findings } = read({ ...RECORD, uniqueId: 'u-1', dimensions: { region: 'eu', none: null } });
    expect(findings).toEqual([]);
    expect(events).toEqual([
      { ...FACTS, customerId: 'acme', meterApiName: 'api_calls', eventTimeInMillis: RECORD.meterTimeInMillis, uniqueId: 'u-1', meterValue: '1', dimensions: { region: 'eu' } },
    ]);
  });

  it.each<[unknown, string]>([
    [1, '1'],
    ['1.50', '1.5'],
    ['1.5e2', '150'],
    [-0.25, '-0.25'],
    ['000.000000000001', '0.000000000001'],
  ])('writes the value %p as %s, so that the same number is the same event', (meterValue, text) => {
    expect(read({ ...RECORD, meterValue }).events[0]?.meterValue).toBe(text);
  });

  it('takes a dimension called __proto__ for data', () => {
    const record: unknown = JSON.parse(`{"customerId":"acme","meterApiName":"m","meterValue":1,"meterTimeInMillis":1767225600000,"dimensions":{"__proto__":"x"}}`);
    expect(JSON.stringify(read(record).events[0]?.dimensions)).toBe('{"__proto__":"x"}');
  });

  it('notes every mistake of a record, with its index', () => {
    expect(read({ dimensions: { a: 1, b: {} } }).findings.map(({ index, field, code }) => [index, field, code])).toEqual([
      [3, 'customerId', 'missing'],
      [3, 'meterApiName', 'missing'],
      [3, 'meterValue', 'missing'],
      [3, 'meterTimeInMillis', 'missing'],
      [3, 'dimensions.a', 'not_text'],
      [3, 'dimensions.b', 'not_text'],
    ]);
  });

  it('answers findings or events for whatever JSON it is given, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (record) => {
        const { events, findings } = read(record);
        expect(events.length > 0 || findings.length > 0).toBe(true);
      }),
    );
    const near = fc.record({ customerId: fc.jsonValue(), meterApiName: fc.jsonValue(), meterValue: fc.jsonValue(), meterTimeInMillis: fc.jsonValue(), dimensions: fc.jsonValue(), values: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(near, (change) => {
        const { events, findings } = read({ ...RECORD, ...change });
        expect(events.length > 0 || findings.length > 0).toBe(true);
      }),
    );
  });
});
