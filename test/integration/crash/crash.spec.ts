import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CRASH_STORIES } from '../../support/crash/crash-stories.js';
import { CrashWorld } from '../../support/crash/crash-world.js';
import { difference } from '../../support/crash/end-state.js';
import { distinctPoints } from '../../support/crash/mortal.js';

jest.setTimeout(900_000);

describe('A process that dies', () => {
  let world: CrashWorld;

  beforeAll(async () => {
    world = await CrashWorld.start();
  });

  afterAll(() => world.stop());

  it.each(CRASH_STORIES.map((story) => [story.name, story] as const))('%s: whatever the point, the end is the same', async (_name, story) => {
    const reference = await world.tell(story, 0);
    expect(reference.diedAt).toBeNull();
    expect(reference.points.length).toBeGreaterThan(2);
    for (const point of distinctPoints(reference.points)) {
      const told = await world.tell(story, point);
      expect({ diedAt: told.diedAt, differs: difference(reference.endState, told.endState) }).toEqual({ diedAt: reference.points[point - 1], differs: [] });
    }
  });
});
