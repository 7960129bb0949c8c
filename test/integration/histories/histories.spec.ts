import { expect, it, jest } from '@jest/globals';
import { runHistories } from '../../support/histories/run-histories.js';

jest.setTimeout(1_800_000);

/** Of one seed, so that a red run is a change of ours; new ones are what `npm run soak` is for. */
const SEED = Number(process.env.HISTORY_SEED ?? 99);
const COUNT = Number(process.env.HISTORY_COUNT ?? 500);

it(`whatever happens, in whatever order: ${COUNT} histories of seed ${SEED} end as promised`, async () => {
  const failed = await runHistories({ seed: SEED, from: 0, count: COUNT });
  const report = failed.map(({ index, problems, log }) => ({ alone: `npm run soak -- histories --seed ${SEED} --from ${index} --count 1`, problems, log }));
  expect(report).toEqual([]);
});
