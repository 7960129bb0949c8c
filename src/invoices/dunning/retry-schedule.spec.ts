import { describe, expect, it } from '@jest/globals';
import { isRetryPointless } from './decline-advice.js';
import { nextRetry } from './retry-schedule.js';

const DAY = 86_400_000;

describe('What follows a declined attempt', () => {
  it.each([
    [[3, 5, 7], 0, 3],
    [[3, 5, 7], 1, 5],
    [[3, 5, 7], 2, 7],
    [[1], 0, 1],
  ])('%j after %s retries: another one %s days later', (days, count, expected) => {
    expect(nextRetry(days, count, 1_000, false)).toEqual({ atInMillis: 1_000 + expected * DAY, isEnd: false });
  });

  it.each([
    [[3, 5, 7], 3],
    [[3, 5, 7], 9],
    [[], 0],
  ])('%j after %s retries: nothing, whatever the reason', (days, count) => {
    expect(nextRetry(days, count, 1_000, false)).toBeNull();
    expect(nextRetry(days, count, 1_000, true)).toBeNull();
  });

  it('a method that will not work is not tried again; the schedule ends when it would have ended', () => {
    expect(nextRetry([3, 5, 7], 0, 0, true)).toEqual({ atInMillis: 15 * DAY, isEnd: true });
    expect(nextRetry([3, 5, 7], 2, 0, true)).toEqual({ atInMillis: 7 * DAY, isEnd: true });
  });

  it.each([
    [['card_declined', 'lost_card'], true],
    [['card_declined', 'stolen_card'], true],
    [['expired_card', null], true],
    [['card_declined', 'insufficient_funds', 'do_not_try_again'], true],
    [['card_declined', 'insufficient_funds', 'try_again_later'], false],
    [['card_declined', 'generic_decline'], false],
    [['processing_error'], false],
    [[null, undefined], false],
  ])('%j: pointless is %s', (codes, expected) => {
    expect(isRetryPointless(...codes)).toBe(expected);
  });
});
