import { beforeEach, describe, expect, it } from '@jest/globals';
import { Remembered } from './remembered.js';

describe('Remembered', () => {
  let now: number;
  let asked: number;
  let answer: () => Promise<number | null>;
  let remembered: Remembered<number | null>;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    now = 0;
    asked = 0;
    answer = () => Promise.resolve(asked);
    remembered = new Remembered({
      ask: () => {
        asked += 1;
        return answer();
      },
      holdsForInMillis: 100,
      most: 3,
      isKept: (value) => value !== null,
      now: () => now,
    });
  });

  it('asks once for all who ask at the same time, and for as long as the answer holds', async () => {
    expect(await Promise.all([remembered.get('a'), remembered.get('a')])).toEqual([1, 1]);
    now = 49;
    expect(await remembered.get('a')).toBe(1);
    expect(asked).toBe(1);
  });

  it('renews an answer before it is too old, while it is still given', async () => {
    await remembered.get('a');
    now = 50;
    expect(await Promise.all([remembered.get('a'), remembered.get('a')])).toEqual([1, 1]);
    expect(asked).toBe(2);
    expect(await remembered.get('a')).toBe(2);
    now = 99;
    expect(await remembered.get('a')).toBe(2);
  });

  it('gives no answer that is too old', async () => {
    await remembered.get('a');
    now = 100;
    expect(await remembered.get('a')).toBe(2);
  });

  it('gives what it has while it cannot be renewed, and asks again', async () => {
    await remembered.get('a');
    answer = () => Promise.reject(new Error('away'));
    now = 60;
    expect(await remembered.get('a')).toBe(1);
    await settled();
    expect(await remembered.get('a')).toBe(1);
    expect(asked).toBe(3);
    now = 100;
    await expect(remembered.get('a')).rejects.toThrow('away');
    answer = () => Promise.resolve(7);
    expect(await remembered.get('a')).toBe(7);
  });

  it('keeps nothing that is not to be kept', async () => {
    answer = () => Promise.resolve(null);
    expect(await remembered.get('a')).toBeNull();
    expect(await remembered.get('a')).toBeNull();
    answer = () => Promise.resolve(7);
    expect(await remembered.get('a')).toBe(7);
    answer = () => Promise.resolve(null);
    now = 60;
    expect(await remembered.get('a')).toBe(7);
    await settled();
    expect(await remembered.get('a')).toBeNull();
  });

  it('forgets what was asked before, also what is answered after', async () => {
    await remembered.get('a');
    now = 60;
    let late: (value: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (late = resolve));
    expect(await remembered.get('a')).toBe(1);
    remembered.forget();
    late(-1);
    await settled();
    answer = () => Promise.resolve(9);
    expect(await remembered.get('a')).toBe(9);
  });

  it('remembers no more than so many', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await remembered.get(key);
    await remembered.get('d');
    expect(asked).toBe(4);
    await remembered.get('a');
    expect(asked).toBe(5);
  });
});
