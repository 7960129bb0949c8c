import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { intervalBoundaries, TIME_GROUPING_INTERVALS, type TimeGroupingInterval } from './usage-intervals.js';

const HOUR = 3_600_000;

describe('intervalBoundaries', () => {
  it.each<[TimeGroupingInterval, string, string, string, string[]]>([
    ['hour', 'UTC', '2027-01-10T10:30Z', '2027-01-10T12:00Z', ['2027-01-10T10:00Z', '2027-01-10T11:00Z', '2027-01-10T12:00Z']],
    ['hour', 'Asia/Kolkata', '2027-01-10T10:00Z', '2027-01-10T10:45Z', ['2027-01-10T09:30Z', '2027-01-10T10:30Z', '2027-01-10T11:30Z']],
    ['day', 'Asia/Kolkata', '2027-01-10T18:29Z', '2027-01-10T18:31Z', ['2027-01-09T18:30Z', '2027-01-10T18:30Z', '2027-01-11T18:30Z']],
    ['day', 'Europe/Berlin', '2027-03-27T23:00Z', '2027-03-29T12:00Z', ['2027-03-27T23:00Z', '2027-03-28T22:00Z', '2027-03-29T22:00Z']],
    ['week', 'UTC', '2027-01-06T00:00Z', '2027-01-12T00:00Z', ['2027-01-04T00:00Z', '2027-01-11T00:00Z', '2027-01-18T00:00Z']],
    ['week', 'America/New_York', '2027-01-11T04:59Z', '2027-01-11T05:00Z', ['2027-01-04T05:00Z', '2027-01-11T05:00Z']],
    ['month', 'UTC', '2027-01-31T23:00Z', '2027-03-01T00:00Z', ['2027-01-01T00:00Z', '2027-02-01T00:00Z', '2027-03-01T00:00Z']],
    ['month', 'Europe/Berlin', '2027-03-15T00:00Z', '2027-04-15T00:00Z', ['2027-02-28T23:00Z', '2027-03-31T22:00Z', '2027-04-30T22:00Z']],
  ])('%s in %s, from %s to %s', (interval, timeZone, from, to, bounds) => {
    expect(intervalBoundaries(interval, Date.parse(from), Date.parse(to), timeZone)).toEqual(bounds.map((bound) => Date.parse(bound)));
  });

  it('gives a day of a clock change its 23 or 25 hours', () => {
    const day = (from: string): number => {
      const [start, end] = intervalBoundaries('day', Date.parse(from), Date.parse(from) + 1, 'Europe/Berlin') as [number, number];
      return intervalBoundaries('hour', start, end, 'Europe/Berlin').length - 1;
    };
    expect([day('2027-03-28T12:00Z'), day('2027-10-31T12:00Z'), day('2027-06-01T12:00Z')]).toEqual([23, 25, 24]);
  });

  it('covers the range with rising bounds and no more intervals than needed', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati', 'Australia/Lord_Howe');
    const start = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...TIME_GROUPING_INTERVALS), zone, start, fc.integer({ min: 1, max: 100 * HOUR }), (interval, timeZone, from, length) => {
        const bounds = intervalBoundaries(interval, from, from + length, timeZone);
        expect(bounds[0]!).toBeLessThanOrEqual(from);
        expect(bounds[1]!).toBeGreaterThan(from);
        expect(bounds.at(-1)!).toBeGreaterThanOrEqual(from + length);
        expect(bounds.at(-2)!).toBeLessThan(from + length);
        bounds.forEach((bound, index) => index > 0 && expect(bound).toBeGreaterThan(bounds[index - 1]!));
      }),
    );
  });

  it('refuses more intervals than an answer may hold', () => {
    expect(() => intervalBoundaries('hour', Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1), 'UTC')).toThrow(expect.objectContaining({ code: 'too_many_intervals' }));
  });
});
