import { describe, expect, it } from '@jest/globals';
import { absenceIsProven, keyIsTrusted, KEY_TRUSTED_FOR_IN_MILLIS, pauseBeforeRecheck } from './recheck-schedule.js';

describe('When an unfinished intent is looked at again', () => {
  it('backs off, but never so long that status could not converge within a minute', () => {
    const pauses = [1, 2, 3, 4, 5, 20].map((sends) => pauseBeforeRecheck(sends, 0, () => 0.5));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  it('obeys a provider that asks for more time', () => {
    expect(pauseBeforeRecheck(1, 30_000)).toBe(30_000);
  });

  it('trusts a key for 23 hours from its first sending, and one never sent for ever', () => {
    expect(keyIsTrusted(null, Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(keyIsTrusted(0, KEY_TRUSTED_FOR_IN_MILLIS - 1)).toBe(true);
    expect(keyIsTrusted(0, KEY_TRUSTED_FOR_IN_MILLIS)).toBe(false);
  });

  it('take an absence for proof only when no earlier request can be on its way any more', () => {
    expect([0, 29_999, 30_000].map((later) => absenceIsProven(1_000, 1_000 + later))).toEqual([false, false, true]);
    expect(absenceIsProven(null, 0)).toBe(true);
  });
});
