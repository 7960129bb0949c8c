import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CRASH_STORIES } from '../../support/crash/crash-stories.js';
import { tellStories, type Telling } from '../../support/crash/tell-stories.js';

jest.setTimeout(1_800_000);

describe('A process that dies, whatever the point, leaves what another one brings to the same end', () => {
  let telling: Telling;

  beforeAll(() => {
    telling = tellStories(CRASH_STORIES.map(({ name }) => name));
  });

  afterAll(() => telling.ended);

  it.each(CRASH_STORIES.map(({ name }) => name))('%s', async (name) => {
    const { points, distinct, deaths, failed } = await telling.told.get(name)!;
    expect(failed).toEqual([]);
    expect(points).toBeGreaterThan(2);
    expect(deaths).toBeGreaterThan(distinct * 0.8);
  });
});
