import { describe, expect, it } from '@jest/globals';
import { together } from './together.js';

describe('together', () => {
  it('begins each step before the one before has ended, in their order', async () => {
    const told: string[] = [];
    const step = (name: string) => async (): Promise<void> => {
      told.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      told.push(`${name} ends`);
    };
    await together(step('first'), step('second'));
    expect(told).toEqual(['first begins', 'second begins', 'first ends', 'second ends']);
  });

  it('throws the first failure once all have ended', async () => {
    let hasEnded = false;
    const failing = (): Promise<void> => Promise.reject(new Error('the first'));
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      hasEnded = true;
    };
    await expect(together(failing, slow, () => Promise.reject(new Error('the last')))).rejects.toThrow('the first');
    expect(hasEnded).toBe(true);
  });
});
