import type pg from 'pg';
import type { AppendOutcome } from '../usage-event.js';
import { CLAIM_AHEAD, CLAIM_CANCELS, LOCK_CORRECTIONS, REMOVE_CANCELLED } from './cancel-statements.js';
import { columnsOf, separateRepeats, type Candidate } from './candidate.js';
import { oneTransaction } from './one-transaction.js';

/**
 * Takes events back that their sender cancels by naming them. A cancel counts once; it may come before its event, whose key it then claims; and nothing brings
 * the event back: sent again it is a duplicate.
 */
export class UsageCancels {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async cancel(cancels: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    const { firsts, repeats } = separateRepeats(cancels);
    for (const { index } of repeats) outcomes[index] = 'duplicate';
    const accepted = new Set(await oneTransaction(this.#pool, (client) => this.#cancel(client, firsts)));
    for (const candidate of firsts) outcomes[candidate.index] = accepted.has(candidate) ? 'accepted' : 'duplicate';
  }

  /** @returns those that nobody had sent before */
  async #cancel(client: pg.PoolClient, cancels: readonly Candidate[]): Promise<Candidate[]> {
    await client.query(LOCK_CORRECTIONS, [cancels.map(({ event }) => event.accountId)]);
    const claimed = await found(client, CLAIM_CANCELS, cancels);
    const ahead = new Set(await found(client, CLAIM_AHEAD, claimed));
    // From here on a later snapshot: an event whose writer was waited for is visible to the next statement.
    const known = claimed.filter((cancel) => !ahead.has(cancel));
    const removed = new Set(await found(client, REMOVE_CANCELLED.atItsTime, known));
    const elsewhere = known.filter((cancel) => !removed.has(cancel) && cancel.event.uniqueId !== null);
    await found(client, REMOVE_CANCELLED.atAnyTime, elsewhere);
    return claimed;
  }
}

/** Those whose positions the statement answers. */
async function found(client: pg.PoolClient, statement: string, cancels: readonly Candidate[]): Promise<Candidate[]> {
  if (cancels.length === 0) return [];
  const { rows } = await client.query<{ position: number }>(statement, columnsOf(cancels));
  return rows.map(({ position }) => cancels[position - 1]!);
}
