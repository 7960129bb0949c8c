import fc from 'fast-check';
import { history, type History } from './history.js';
import { HistoryWorld, type Played } from './history-world.js';
import { SellerStock } from './seller-stock.js';

export interface FailedHistory extends Played {
  /** Which one of its seed. */
  readonly index: number;
}

/** As short as it still fails. */
export interface Shrunk {
  readonly history: unknown;
  readonly problems: readonly string[];
}

/** Histories `from` to `from + count` of a seed. */
export interface Batch {
  readonly from: number;
  readonly count: number;
}

/** Plays batches of one seed's histories, one batch at a time, each in an application of its own. */
export class HistoryBatches {
  private constructor(
    private readonly histories: readonly History[],
    private readonly stock: SellerStock,
  ) {}

  /** @param upTo index behind the last history that will be asked for @param atATime the largest batch */
  static async open(seed: number, upTo: number, atATime: number): Promise<HistoryBatches> {
    return new HistoryBatches(fc.sample(history, { seed, numRuns: upTo }), await SellerStock.fill(atATime));
  }

  async play({ from, count }: Batch): Promise<FailedHistory[]> {
    const played = await this.#playTogether(this.histories.slice(from, from + count));
    return played.flatMap((one, index) => (one.problems.length > 0 ? [{ ...one, index: from + index }] : []));
  }

  /** The same history alone, made as short as it still fails: null when alone it does not fail. */
  async shrink(seed: number, index: number, longestInMillis: number): Promise<Shrunk | null> {
    let problems: readonly string[] = [];
    const property = fc.asyncProperty(history, async (one) => {
      const [played] = await this.#playTogether([one]);
      if (!played || played.problems.length === 0) return;
      problems = played.problems;
      throw new Error(played.problems.join('\n'));
    });
    const { counterexample } = await fc.check(property, { seed, path: String(index), numRuns: 1, interruptAfterTimeLimit: longestInMillis, markInterruptAsFailure: false });
    return counterexample ? { history: counterexample[0], problems } : null;
  }

  close(): Promise<void> {
    return this.stock.drop();
  }

  async #playTogether(histories: readonly History[]): Promise<Played[]> {
    const world = await HistoryWorld.start(this.stock);
    try {
      return await world.play(histories);
    } finally {
      await world.stop();
    }
  }
}
