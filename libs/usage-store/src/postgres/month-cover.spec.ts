import { describe, expect, it } from '@jest/globals';
import { coverByMonths, monthOf } from './month-cover.js';

const at = (time: string): number => Date.parse(time);
const [JANUARY, FEBRUARY, MARCH, APRIL] = ['01', '02', '03', '04'].map((month) => at(`2027-${month}-01T00:00Z`)) as [number, number, number, number];

describe('monthOf', () => {
  it.each([
    ['UTC', '2027-02-14T12:00Z', '2027-02-01T00:00Z', '2027-03-01T00:00Z'],
    ['UTC', '2027-12-31T23:59:59.999Z', '2027-12-01T00:00Z', '2028-01-01T00:00Z'],
    ['Europe/Berlin', '2027-03-31T21:59:59.999Z', '2027-02-28T23:00Z', '2027-03-31T22:00Z'],
    ['Europe/Berlin', '2027-03-31T22:00Z', '2027-03-31T22:00Z', '2027-04-30T22:00Z'],
    ['Asia/Kolkata', '2027-01-31T18:30Z', '2027-01-31T18:30Z', '2027-02-28T18:30Z'],
  ])('in %s is the one that holds %s', (zone, instant, from, to) => {
    expect(monthOf(at(instant), zone)).toEqual({ fromInMillis: at(from), toInMillis: at(to) });
  });
});

describe('coverByMonths', () => {
  it('takes whole months, and days before and after them', () => {
    const days = { fromInMillis: at('2027-01-30T00:00Z'), toInMillis: at('2027-04-02T00:00Z') };
    expect(coverByMonths(days, [days.fromInMillis, days.toInMillis], 'UTC')).toEqual({
      months: [FEBRUARY, MARCH],
      dayRanges: [
        { fromInMillis: days.fromInMillis, toInMillis: FEBRUARY },
        { fromInMillis: APRIL, toInMillis: days.toInMillis },
      ],
    });
  });

  it('reads a month by day that is cut, but not at its ends', () => {
    const days = { fromInMillis: JANUARY, toInMillis: APRIL };
    expect(coverByMonths(days, [JANUARY, FEBRUARY, at('2027-02-10T00:00Z'), MARCH, APRIL], 'UTC')).toEqual({ months: [JANUARY, MARCH], dayRanges: [{ fromInMillis: FEBRUARY, toInMillis: MARCH }] });
  });

  it('reads neighbours by day together', () => {
    const days = { fromInMillis: JANUARY, toInMillis: APRIL };
    const cuts = [at('2027-01-10T00:00Z'), at('2027-02-10T00:00Z')];
    expect(coverByMonths(days, cuts, 'UTC')).toEqual({ months: [MARCH], dayRanges: [{ fromInMillis: JANUARY, toInMillis: MARCH }] });
  });
});
