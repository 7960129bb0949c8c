import { obey } from '../child-program.js';
import { CRASH_STORIES } from './crash-stories.js';
import { CrashWorld } from './crash-world.js';
import { difference } from './end-state.js';
import { distinctPoints } from './mortal.js';

export interface StoryOrder {
  readonly story: string;
}

export interface StoryTold {
  /** What becomes durable in it, in order. */
  readonly points: number;
  /** Points at which a death makes a difference. */
  readonly distinct: number;
  readonly deaths: number;
  readonly failed: readonly { readonly at: string; readonly differs: readonly string[] }[];
}

const started = CrashWorld.start();
started.catch(() => undefined);

/** Once undisturbed, and once with a death at each point of it. */
async function tellWithDeaths(name: string): Promise<StoryTold> {
  const story = CRASH_STORIES.find((one) => one.name === name);
  if (!story) throw new Error(`There is no story '${name}'.`);
  const world = await started;
  const reference = await world.tell(story, 0);
  const points = distinctPoints(reference.points);
  const failed: { at: string; differs: readonly string[] }[] = [];
  let deaths = 0;
  for (const point of points) {
    const told = await world.tell(story, point);
    if (told.diedAt !== null) deaths += 1;
    // Effects of one step can be under way together, so that the same number is another one of them the next time.
    const differs = difference(reference.endState, told.endState);
    if (differs.length > 0) failed.push({ at: `${reference.points[point - 1]}, or ${told.diedAt}`, differs });
  }
  return { points: reference.points.length, distinct: points.length, deaths, failed };
}

obey<StoryOrder>(
  ({ story }) => tellWithDeaths(story),
  async () => (await started).stop(),
);
