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
      const points = distinctPoints(reference.points);
      let deaths = 0;
      for (const point of points) {
        const told = await world.tell(story, point);
        if (told.diedAt !== null) deaths += 1;
        // Effects of one step can be under way together, so that the same number is another one of them the next time.
        const at = `${reference.points[point - 1]}, or ${told.diedAt}`;
        expect({ at, differs: difference(reference.endState, told.endState) }).toEqual({ at, differs: [] });
      }
      expect(deaths).toBeGreaterThan(points.length * 0.8);
    });
  });
}
