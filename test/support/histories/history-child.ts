import { obey, taskOfProgram } from '../child-program.js';
import { HistoryBatches, type Batch } from './history-batches.js';

/** What a process that plays histories is started with. */
export interface HistoryTask {
  readonly seed: number;
  readonly upTo: number;
  readonly atATime: number;
}

export type HistoryOrder = { readonly play: Batch } | { readonly shrink: number; readonly longestInMillis: number };

const { seed, upTo, atATime } = taskOfProgram<HistoryTask>();
const opened = HistoryBatches.open(seed, upTo, atATime);
opened.catch(() => undefined);

obey<HistoryOrder>(
  async (order) => {
    const batches = await opened;
    return 'play' in order ? batches.play(order.play) : batches.shrink(seed, order.shrink, order.longestInMillis);
  },
  async () => (await opened).close(),
);
