import { describe, expect, it } from '@jest/globals';
import { forEachConcurrently } from './for-each-concurrently.js';

describe('Working through items concurrently', () => {
  it('does each item once, never more than allowed at a time, and goes on after an error', async () => {
    const done: number[] = [];
    const failed: number[] = [];
    let running = 0;
    let most = 0;
    const options = { concurrency: 3, signal: new AbortController().signal, onError: (item: number) => failed.push(item) };
    await forEachConcurrently([1, 2, 3, 4, 5, 6, 7], options, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, item % 3));
      running -= 1;
      if (item === 2) throw new Error('two');
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 3, 4, 5, 6, 7]);
    expect(failed).toEqual([2]);
    expect(most).toBe(3);
  });

  it('begins nothing more once aborted, and waits for what is under way', async () => {
    const abort = new AbortController();
    const done: number[] = [];
    await forEachConcurrently([1, 2, 3], { concurrency: 1, signal: abort.signal, onError: () => undefined }, async (item) => {
      abort.abort();
      await new Promise((resolve) => setImmediate(resolve));
      done.push(item);
    });
    expect(done).toEqual([1]);
  });
});
