import { describe, expect, it } from '@jest/globals';
import { pauseAfterSilence, pauseByAge, spreadPause } from './janitor-schedule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('When the janitor looks again', () => {
  it.each([
    ['just begun', 0, MINUTE],
    ['ten minutes old', 10 * MINUTE, 5 * MINUTE],
    ['an hour old', HOUR, HOUR],
    ['a day old', DAY, 6 * HOUR],
    ['a week old', 7 * DAY, DAY],
    ['a year old', 365 * DAY, DAY],
  ])('at something %s', (_what, age, expected) => {
    expect(pauseByAge(age)).toBe(expected);
  });

  it.each([
    ['with webhooks', HOUR, true, HOUR],
    ['without webhooks, four times as often', HOUR, false, HOUR / 4],
    ['without webhooks, not more often than every 15 seconds', MINUTE / 2, false, MINUTE / 4],
    ['without webhooks, never later than asked for', 5_000, false, 5_000],
  ])('%s', (_what, pause, hasWebhooks, expected) => {
    expect(spreadPause(pause, hasWebhooks, () => 0.5)).toBe(expected);
    expect(spreadPause(pause, hasWebhooks, () => 0)).toBe(expected * 0.8);
    expect(spreadPause(pause, hasWebhooks, () => 1)).toBe(expected * 1.2);
  });

  it('after silence within the minute that is promised', () => {
    expect(pauseAfterSilence(() => 1)).toBeLessThan(MINUTE / 2);
  });
});
