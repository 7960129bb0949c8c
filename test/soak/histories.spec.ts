import { writeSync } from 'node:fs';
import { expect, it, jest } from '@jest/globals';
import type { FailedHistory } from '../support/histories/history-batches.js';
import { runHistories, shrinkHistory } from '../support/histories/run-histories.js';

const SHRUNK_AT_MOST = 3;

const { seed, from, count } = JSON.parse(process.env.TOLLKEEPER_SOAK ?? '{}') as { seed: number; from: number; count: number };

jest.setTimeout(2_147_483_647);

it(`histories ${from} to ${from + count - 1} of seed ${seed} end as promised`, async () => {
  const began = Date.now();
  const failed: FailedHistory[] = [];
  await runHistories({
    seed,
    from,
    count,
    onBatch: (done, failedNow) => {
      failed.push(...failedNow);
      failedNow.forEach((one) => say(described(one)));
      say(`${done} of ${count} histories, ${failed.length} failed, ${Math.round((Date.now() - began) / 1000)} s; go on from here: --seed ${seed} --from ${from + done}`);
    },
  });
  for (const { index } of failed.slice(0, SHRUNK_AT_MOST)) say(`History ${index}, as short as it still fails: ${JSON.stringify(await shrinkHistory(seed, index))}`);
  expect(failed.map(({ index, problems }) => ({ index, problems }))).toEqual([]);
});

function described({ index, problems, log, history }: FailedHistory): string {
  return `\nHistory ${index} (npm run soak -- histories --seed ${seed} --from ${index} --count 1):\n${problems.join('\n')}\n${JSON.stringify(history)}\n${log.join('\n')}\n`;
}

/** Past jest, which would keep it until the end. */
function say(text: string): void {
  writeSync(2, `${text}\n`);
}
