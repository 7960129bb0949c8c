import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from './id.js';

describe('newId', () => {
  it('is the prefix, the time and 80 random bits', () => {
    expect(newId('inv', 1_760_000_000_000)).toMatch(/^inv_[0-9a-v]{9}[0-9a-v]{16}$/);
  });

  it('sorts by time', () => {
    const time = fc.integer({ min: 0, max: 2 ** 44 });
    fc.assert(
      fc.property(time, time, (earlier, later) => {
        fc.pre(earlier < later);
        expect(newId('inv', earlier) < newId('inv', later)).toBe(true);
      }),
    );
  });

  it('does not repeat itself within one millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('evt', 1));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('uses all of its alphabet at every random place', () => {
    const tails = Array.from({ length: 2_000 }, () => newId('x', 0).slice(-16));
    for (let place = 0; place < 16; place += 1) {
      expect(new Set(tails.map((tail) => tail[place])).size).toBe(32);
    }
  });
});
