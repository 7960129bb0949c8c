import { describe, expect, it } from '@jest/globals';
import { shuffled } from './seeded-random.js';

describe('shuffled', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];

  it('keeps every item and depends on the seed alone', () => {
    expect(shuffled(items, 1)).toEqual(shuffled(items, 1));
    expect([...shuffled(items, 1)].sort()).toEqual(items);
    expect(shuffled(items, 1)).not.toEqual(shuffled(items, 2));
    expect(shuffled(items, 1)).not.toEqual(items);
  });
});
