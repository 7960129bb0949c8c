import { setImmediate } from 'node:timers/promises';

/**
 * Statements of one transaction that need nothing of each other's answers, in their order: what one sends is made ready while the database works on the one before. All have ended
 * when this does, also where one has failed, since none may come after the rollback.
 */
export async function together(...steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const running: Promise<unknown>[] = [];
  for (const step of steps) {
    const one = step();
    one.catch(() => undefined);
    running.push(one);
    // What was asked for leaves before the next is made ready.
    await setImmediate();
  }
  const failed = (await Promise.allSettled(running)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
