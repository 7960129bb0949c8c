import { describe, expect, it } from '@jest/globals';
import { readEventTime } from './event-time.js';

describe('readEventTime', () => {
  it.each<[unknown, number]>([
    [1_767_225_600_000, 1_767_225_600_000],
    ['1767225600000', 1_767_225_600_000],
    [100_000_000_000, 100_000_000_000],
  ])('takes %p', (value, timeInMillis) => {
    expect(readEventTime(value)).toEqual({ timeInMillis });
  });

  it.each<[unknown, string]>([
    [1_767_225_600, 'time_in_seconds'],
    [99_999_999_999, 'time_in_seconds'],
    [1_767_225_600_000_000, 'time_in_microseconds'],
    [1_767_225_600_000_000_000, 'time_in_nanoseconds'],
    [0, 'not_a_time'],
    [-1_767_225_600_000, 'not_a_time'],
    [1.5, 'not_a_time'],
    [Number.NaN, 'not_a_time'],
    ['2027-01-01', 'not_a_time'],
    [' 1767225600000', 'not_a_time'],
    [null, 'not_a_time'],
    [true, 'not_a_time'],
  ])('refuses %p as %s', (value, code) => {
    expect(readEventTime(value)).toMatchObject({ code });
  });

  it('names the unit that the value looks like, and the one to send', () => {
    expect(readEventTime(1_767_225_600)).toEqual({ code: 'time_in_seconds', message: 'looks like seconds; send epoch milliseconds' });
  });
});
