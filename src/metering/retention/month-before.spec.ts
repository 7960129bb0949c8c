import { describe, expect, it } from '@jest/globals';
import { startOfMonthBefore } from './month-before.js';

describe('startOfMonthBefore', () => {
  it.each([
    ['2026-11-25T12:00:00Z', 0, 'UTC', '2026-11-01T00:00:00Z'],
    ['2026-11-25T12:00:00Z', 1, 'UTC', '2026-10-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', 13, 'UTC', '2024-12-01T00:00:00Z'],
    ['2026-03-31T23:30:00Z', 1, 'Europe/Berlin', '2026-02-28T23:00:00Z'],
    ['2026-11-01T04:30:00Z', 2, 'America/New_York', '2026-09-01T04:00:00Z'],
    ['2026-11-01T03:30:00Z', 2, 'America/New_York', '2026-08-01T04:00:00Z'],
  ])('%s, %i months before in %s: %s', (now, months, zone, start) => {
    expect(new Date(startOfMonthBefore(Date.parse(now), months, zone)).toISOString()).toBe(new Date(start).toISOString());
  });
});
