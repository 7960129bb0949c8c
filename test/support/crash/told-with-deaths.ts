import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CrashWorld, type CrashStory } from './crash-world.js';
import { difference } from './end-state.js';
import { distinctPoints } from './mortal.js';

/** Tells each story once undisturbed, and once with a death at each point of it: the end has to be the same. */
export function tellWithDeaths(what: string, stories: readonly CrashStory[]): void {
  jest.setTimeout(900_000);

  describe(`A process that dies ${what}`, () => {
    let world: CrashWorld;

    beforeAll(async () => {
      world = await CrashWorld.start();
    });

    afterAll(() => world.stop());

    it.each(stories.map((story) => [story.name, story] as const))('%s: whatever the point, the end is the same', async (_name, story) => {
      const reference = await world.tell(story, 0);
      expect(reference.diedAt).toBeNull();
      expect(reference.points.length).toBeGreaterThan(2);
      for (const point of distinctPoints(reference.points)) {
        const told = await world.tell(story, point);
        expect({ diedAt: told.diedAt, differs: difference(reference.endState, told.endState) }).toEqual({ diedAt: reference.points[point - 1], differs: [] });
      }
    });
  });
}
