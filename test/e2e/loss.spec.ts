import { describe, expect, it } from '@jest/globals';
import { LossRun } from '../support/loss/loss-run.js';

const NOTHING_WRONG = { lost: [], doubled: [], unknown: [], wrongSums: [], endedByItself: [] };
/** What a sender may hear while something is down; none of it says that events were stored. */
const WHILE_DOWN = ['429', '503', 'unreachable'];

/** `npm run soak -- loss` does the same for as long as one likes. */
describe('Usage sent while APIs and PostgreSQL are killed', () => {
  it('is all there, once and with exact sums, of two APIs on one PostgreSQL', async () => {
    const result = await LossRun.tell({ apis: 2, seed: 7, millis: 10_000 });
    expect(result).toMatchObject(NOTHING_WRONG);
    expect(Object.keys(result.answers).filter((answer) => answer !== '200' && !WHILE_DOWN.includes(answer))).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(100);
    expect(Math.min(result.kills.api, result.kills.postgres)).toBeGreaterThan(0);
  });
});
