import { writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CRASH_STORIES } from '../support/crash/crash-stories.js';
import { CrashWorld } from '../support/crash/crash-world.js';
import { difference } from '../support/crash/end-state.js';
import { KillableApplication } from '../support/crash/killable-application.js';
import { distinctPoints } from '../support/crash/mortal.js';

const { only } = JSON.parse(process.env.TOLLKEEPER_SOAK ?? '{}') as { only?: string };

jest.setTimeout(2_147_483_647);

describe('kill -9 at every point that makes a difference of', () => {
  let world: CrashWorld;

  beforeAll(async () => {
    world = await CrashWorld.start();
  });

  afterAll(() => world.stop());

  it.each(CRASH_STORIES.filter(({ name }) => only === undefined || name.includes(only)).map((story) => [story.name, story] as const))('%s', async (name, story) => {
    const reference = await world.tell(story, 0);
    const failed: unknown[] = [];
    let elsewhere = 0;
    const points = distinctPoints(reference.points);
    for (const [index, number] of points.entries()) {
      const point = reference.points[number - 1];
      const told = await world.tell(story, number, (surroundings) => KillableApplication.start(surroundings));
      const differs = difference(reference.endState, told.endState);
      if (told.diedAt === null || differs.length > 0) failed.push({ point, diedAt: told.diedAt, differs });
      // What a process notes by the way may commit between two points: then the same number is another point of its own list.
      if (told.diedAt !== point) elsewhere += 1;
      writeSync(2, `${name}: point ${index + 1} of ${points.length} (${point}), ${failed.length} failed, ${elsewhere} died beside it\n`);
    }
    expect(failed).toEqual([]);
    expect(elsewhere).toBeLessThan(points.length / 2);
  });
});
