import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StoryTold } from '../../support/crash/crash-child.js';
import { CRASH_STORIES } from '../../support/crash/crash-stories.js';
import { tellStories } from '../../support/crash/tell-stories.js';

jest.setTimeout(1_800_000);

describe('A process that dies, whatever the point, leaves what another one brings to the same end', () => {
  let told: ReadonlyMap<string, Promise<StoryTold>>;

  beforeAll(() => {
    told = tellStories(CRASH_STORIES.map(({ name }) => name));
  });

  it.each(CRASH_STORIES.map(({ name }) => name))('%s', async (name) => {
    const { points, distinct, deaths, failed } = await told.get(name)!;
    expect(failed).toEqual([]);
    expect(points).toBeGreaterThan(2);
    expect(deaths).toBeGreaterThan(distinct * 0.8);
  });
});
