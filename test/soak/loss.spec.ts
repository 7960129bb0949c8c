import { writeSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import { LossRun } from '../support/loss/loss-run.js';

const { seed, minutes } = JSON.parse(process.env.TOLLKEEPER_SOAK ?? '{"seed":1,"minutes":10}') as { seed: number; minutes: number };

jest.setTimeout(2_147_483_647);

describe('Usage sent while PostgreSQL and', () => {
  it.each([1, 2])('%s API processes are killed', async (apis) => {
    const { acknowledged, answers, kills, ...wrong } = await LossRun.tell({ apis, seed, millis: minutes * 60_000 });
    writeSync(2, `${apis} APIs: ${acknowledged} events acknowledged, kills ${JSON.stringify(kills)}, answers ${JSON.stringify(answers)}\n`);
    expect(wrong).toEqual({ lost: [], doubled: [], unknown: [], wrongSums: [], endedByItself: [] });
    expect(acknowledged).toBeGreaterThan(0);
  });
});
