import { describe, expect, it } from '@jest/globals';
import { arithmeticOf } from './explained-invoice.js';
import { changedLines, type ComparedLine } from './changed-lines.js';
import { dayCuts } from './day-cuts.js';

function line(more: Partial<ComparedLine> = {}): ComparedLine {
  return { kind: 'usage', description: 'Calls', productItemId: 'item', priceId: 'price', priceVersion: 1, meterApiName: 'calls', partStartInMillis: 0, quantity: '10', exactAmount: '1', amount: 100n, ...more };
}

describe('Lines that are not what they were', () => {
  const more = line({ quantity: '20', amount: 200n });
  const dearer = line({ exactAmount: '2', amount: 200n });
  const usage = (lateEventCount: bigint, removedEventCount: bigint): ReadonlyMap<string, { lateEventCount: bigint; removedEventCount: bigint }> => new Map([['calls', { lateEventCount, removedEventCount }]]);
  const causes = (locked: ComparedLine[], asOfLock: ComparedLine[], present: ComparedLine[], changes = usage(0n, 0n)): unknown => changedLines({ locked, asOfLock, present }, changes).map((found) => [found.difference, ...found.causes.map(({ cause }) => cause)]);

  it('are none where nothing changed', () => expect(causes([line()], [line()], [line({ description: 'Renamed', priceVersion: 2 })])).toEqual([]));
  it('for events that came late', () => expect(causes([line()], [line()], [more], usage(3n, 0n))).toEqual([[100n, 'late_events']]));
  it('for events that were taken back, to the last one', () => expect(causes([line()], [line()], [], usage(0n, 1n))).toEqual([[-100n, 'removed_events']]));
  it('for both', () => expect(causes([line()], [line()], [more], usage(2n, 1n))).toEqual([[100n, 'late_events', 'removed_events']]));
  it('for another price of the same events', () => expect(causes([line()], [dearer], [dearer])).toEqual([[100n, 'pricing']]));
  it('for a price and for events', () => expect(causes([line()], [dearer], [more], usage(1n, 0n))).toEqual([[100n, 'pricing', 'late_events']]));
  it('where they had been empty', () => expect(causes([], [], [line()], usage(1n, 0n))).toEqual([[100n, 'late_events']]));

  it('because of other lines, of which they are made', () => {
    const minimum = (amount: bigint): ComparedLine => line({ kind: 'minimum', description: 'Minimum', productItemId: null, priceId: null, meterApiName: null, amount });
    expect(causes([line(), minimum(500n)], [line(), minimum(500n)], [more, minimum(400n)], usage(1n, 0n))).toEqual([[100n, 'late_events'], [-100n, 'other_lines']]);
  });

  it('one for each part of a period whose price changed in it', () => {
    const second = line({ partStartInMillis: 5, priceVersion: 2 });
    expect(causes([line(), second], [line(), second], [line(), { ...second, amount: 150n }], usage(1n, 0n))).toEqual([[50n, 'late_events']]);
  });
});

describe('The steps of a line', () => {
  it('say what each has lost', () => {
    const tier = { fromUnit: '0', toUnit: null, units: '1', unitPrice: '1', flatFee: '0' };
    const tiers = [{ ...tier, amount: '0.322580645161290322580645' }, { ...tier, amount: '0.3' }];
    expect(arithmeticOf({ deductions: [], tiers, exactAmount: '0.622580645161290322580646', amount: 62n }, 'USD', null)).toMatchObject({ tierRemainder: '0.000000000000000000000001', rounding: '-0.002580645161290322580646' });
    expect(arithmeticOf({ deductions: [], tiers: [], exactAmount: '-1.2345', amount: -1235n }, 'KWD', null)).toMatchObject({ tierRemainder: '0', rounding: '-0.0005' });
  });
});

describe('Days of a period', () => {
  const at = (time: string): number => Date.parse(time);

  it('begin and end with the period, and at midnights of the zone', () => {
    const cuts = dayCuts(at('2026-10-30T05:30:00Z'), at('2026-11-02T10:00:00Z'), 'America/New_York');
    expect(cuts.map((cut) => new Date(cut).toISOString())).toEqual(['2026-10-30T05:30:00.000Z', '2026-10-31T04:00:00.000Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z', '2026-11-02T10:00:00.000Z']);
  });

  it('are several together in a period of many years', () => {
    const cuts = dayCuts(at('2026-01-01T00:00:00Z'), at('2036-01-01T00:00:00Z'), 'UTC');
    expect(cuts.length).toBeLessThanOrEqual(401);
    expect([cuts[0], cuts.at(-1)]).toEqual([at('2026-01-01T00:00:00Z'), at('2036-01-01T00:00:00Z')]);
  });
});
