import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_STORIES } from '../support/crash/crash-stories.js';
import { CrashWorld } from '../support/crash/crash-world.js';
import { difference } from '../support/crash/end-state.js';
import { KillableApplication } from '../support/crash/killable-application.js';
import { distinctPoints } from '../support/crash/mortal.js';

const AFTER_CALL = / after (POST|DELETE) \/v1\//;

/** Where it costs most: the provider did it, and nobody wrote it down. */
function costliest(points: readonly string[]): number {
  const afterCall = points.findLastIndex((point) => AFTER_CALL.test(point));
  return afterCall >= 0 ? afterCall + 1 : (distinctPoints(points)[1] ?? 1);
}

describe('kill -9 in the middle of', () => {
  let world: CrashWorld;

  beforeAll(async () => {
    world = await CrashWorld.start();
  });

  afterAll(() => world.stop());

  it.each(CRASH_STORIES.map((story) => [story.name, story] as const))('%s', async (_name, story) => {
    const reference = await world.tell(story, 0);
    const point = costliest(reference.points);
    const told = await world.tell(story, point, (surroundings) => KillableApplication.start(surroundings));
    expect(difference(reference.endState, told.endState)).toEqual([]);
    expect(told.diedAt).toEqual(expect.any(String));
    // What a process notes by the way, e.g. the first time that it needs a secret, may commit between two points of a story that calls nobody.
    if (AFTER_CALL.test(reference.points[point - 1] ?? '')) expect(told.diedAt).toBe(reference.points[point - 1]);
  });
});
