import { writeSync } from 'node:fs';
import { expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ConvergenceWorld } from '../integration/convergence/convergence-world.js';
import { History } from '../support/assignment-histories/assignment-history.js';
import { assignmentSteps, type Step } from '../support/assignment-histories/assignment-steps.js';

/** Share an application: each scan of its loops looks at all their sellers. */
const BATCH = 25;
const SHRUNK_AT_MOST = 3;
const LONGEST_SHRINKING_IN_MILLIS = 300_000;

const { seed, from, count } = JSON.parse(process.env.TOLLKEEPER_SOAK ?? '{}') as { seed: number; from: number; count: number };

jest.setTimeout(2_147_483_647);

it(`assignment histories ${from} to ${from + count - 1} of seed ${seed} are billed as they were assigned`, async () => {
  const began = Date.now();
  const histories = fc.sample(assignmentSteps, { seed, numRuns: from + count });
  const failed: { index: number; problem: string }[] = [];
  for (let index = from; index < from + count; index += BATCH) {
    const batch = histories.slice(index, Math.min(index + BATCH, from + count));
    await inWorld(async (world) => {
      for (const [offset, steps] of batch.entries()) {
        const problem = await play(world, steps);
        if (problem === null) continue;
        failed.push({ index: index + offset, problem });
        say(`\nHistory ${index + offset} (npm run soak -- assignments --seed ${seed} --from ${index + offset} --count 1):\n${JSON.stringify(steps)}\n${problem}\n`);
      }
    });
    const done = index - from + batch.length;
    say(`${done} of ${count} assignment histories, ${failed.length} failed, ${Math.round((Date.now() - began) / 1000)} s; go on from here: --seed ${seed} --from ${from + done}`);
  }
  for (const { index } of failed.slice(0, SHRUNK_AT_MOST)) say(`History ${index}, as short as it still fails: ${JSON.stringify(await shrink(index))}`);
  expect(failed).toEqual([]);
});

/** @returns what is wrong with it, or null */
async function play(world: ConvergenceWorld, steps: readonly Step[]): Promise<string | null> {
  try {
    const history = await History.begin(world);
    for (const step of steps) await history.take(step);
    await history.finish();
    return null;
  } catch (error) {
    return (error as Error).stack ?? String(error);
  }
}

/** Null when alone it does not fail. */
async function shrink(index: number): Promise<readonly Step[] | null> {
  let shortest: readonly Step[] | null = null;
  const property = fc.asyncProperty(assignmentSteps, (steps) =>
    inWorld(async (world) => {
      if ((await play(world, steps)) === null) return true;
      shortest = steps;
      return false;
    }),
  );
  await fc.check(property, { seed, path: String(index), numRuns: 1, interruptAfterTimeLimit: LONGEST_SHRINKING_IN_MILLIS, markInterruptAsFailure: false });
  return shortest;
}

async function inWorld<T>(work: (world: ConvergenceWorld) => Promise<T>): Promise<T> {
  const world = await ConvergenceWorld.start();
  try {
    return await work(world);
  } finally {
    await world.stop();
  }
}

/** Past jest, which would keep it until the end. */
function say(text: string): void {
  writeSync(2, `${text}\n`);
}
