import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { DAY, History, START } from '../../support/assignment-histories/assignment-history.js';
import { assignmentSteps } from '../../support/assignment-histories/assignment-steps.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

/** Of a new seed each time; `npm run soak -- assignments` plays more. */
const HISTORIES = 4;

jest.setTimeout(60_000 + 60_000 * HISTORIES);

/** Random histories of one customer on plans of 30 days: whatever is asked for, granted or refused, what is billed is what was assigned. */
describe('Histories of assignments', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  it('every day of an assignment is billed by its plan once, ahead and behind, and no locked invoice changes', async () => {
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(assignmentSteps, async (steps) => {
        const history = await History.begin(world);
        for (const one of steps) granted += (await history.take(one)) ? 1 : 0;
        await history.finish();
      }),
      { numRuns: HISTORIES },
    );
    expect(granted).toBeGreaterThanOrEqual(HISTORIES);
  });

  it('a period that is cut in two between plans that are alike costs what it costs whole, but for the rounding of each line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 29 }), fc.integer({ min: 1, max: 999_999 }), async (cut, amount) => {
        const history = await History.begin(world, [amount, amount, amount]);
        await history.take({ do: 'change_at', plan: 1, inDays: cut });
        await history.take({ do: 'wait', days: 31 });
        const invoices = (await history.invoices()).filter(({ invoiceStartTimeInSeconds }) => invoiceStartTimeInSeconds * 1_000 < START + 30 * DAY);
        const total = invoices.reduce((sum, { lines }) => lines.reduce((lineSum, line) => lineSum + Number(line.amount.amountInMinorUnits), sum), 0);
        expect(Math.abs(total - 2 * amount)).toBeLessThanOrEqual(2);
      }),
      { numRuns: 3 },
    );
  });
});
