import { writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CRASH_STORIES } from '../support/crash/crash-stories.js';
import { CrashWorld } from '../support/crash/crash-world.js';
import { difference } from '../support/crash/end-state.js';
import { KillableApplication } from '../support/crash/killable-application.js';

const { only } = JSON.parse(process.env.TOLLKEEPER_SOAK ?? '{}') as { only?: string };

jest.setTimeout(2_147_483_647);

describe('kill -9 at every point of', () => {
  let world: CrashWorld;

  beforeAll(async () => {
    world = await CrashWorld.start();
  });

  afterAll(() => world.stop());

  it.each(CRASH_STORIES.filter(({ name }) => only === undefined || name.includes(only)).map((story) => [story.name, story] as const))('%s', async (name, story) => {
    const reference = await world.tell(story, 0);
    const failed: unknown[] = [];
    for (const [index, point] of reference.points.entries()) {
      const told = await world.tell(story, index + 1, (surroundings) => KillableApplication.start(surroundings));
      const differs = difference(reference.endState, told.endState);
      if (told.diedAt !== point || differs.length > 0) failed.push({ point, diedAt: told.diedAt, differs });
      writeSync(2, `${name}: point ${index + 1} of ${reference.points.length} (${point}), ${failed.length} failed\n`);
    }
    expect(failed).toEqual([]);
  });
});
