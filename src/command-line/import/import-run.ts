import type { Source } from '../sources/source.js';
import type { Checkpoint } from './checkpoint.js';
import type { ChunkSender } from './chunk-sender.js';
import { chunksOf, type Chunk, type ChunkOptions } from './chunks.js';
import { plus, type Outcome, type Totals } from './outcome.js';
import type { RejectFile } from './reject-file.js';

/** After a crash so much is sent again, and found to be known. */
const CHECKPOINT_INTERVAL_IN_MILLIS = 1_000;

export interface ImportRunOptions extends Omit<ChunkOptions, 'onRead'> {
  readonly sources: readonly Source[];
  readonly sender: ChunkSender;
  readonly checkpoint: Checkpoint;
  readonly rejects: RejectFile;
  readonly requestsAtOnce: number;
  /** Stops reading; what is under way is waited for. */
  readonly signal: AbortSignal;
}

/**
 * Brings files to the server in order, some requests at once. What became of them is taken in order too, so that the checkpoint is one place: everything
 * before it is done, nothing behind it is in the file of rejects.
 */
export class ImportRun {
  readonly #options: ImportRunOptions;
  readonly #underWay: { readonly chunk: Chunk; readonly outcome: Promise<Outcome> }[] = [];
  #totals: Totals;
  #bytesRead = 0;
  #savedAt = performance.now();

  constructor(options: ImportRunOptions) {
    this.#options = options;
    this.#totals = options.checkpoint.totals;
  }

  /** Earlier runs of this import included. */
  get totals(): Totals {
    return this.#totals;
  }

  /** Of all bytes; null where standard input is among them. */
  get share(): number | null {
    const all = this.#options.sources.reduce((sum, { sizeInBytes }) => sum + (sizeInBytes ?? Number.NaN), 0);
    return Number.isNaN(all) || all === 0 ? null : Math.min(1, this.#bytesRead / all);
  }

  /** @returns whether it came to the end; false when it was told to stop */
  async run(): Promise<boolean> {
    const { sources, checkpoint, rejects, signal } = this.#options;
    try {
      for (const source of sources) {
        if (signal.aborted) break;
        if (checkpoint.isDone(source)) this.#bytesRead += source.sizeInBytes ?? 0;
        else await this.#import(source);
      }
      while (this.#underWay.length > 0) await this.#settleOldest();
    } finally {
      // Also after a failure: what came before it is done.
      await Promise.allSettled(this.#underWay.map(({ outcome }) => outcome));
      await rejects.sync();
      await checkpoint.save(rejects.sizeInBytes);
    }
    return !signal.aborted;
  }

  async #import(source: Source): Promise<void> {
    const { checkpoint, sender, requestsAtOnce, signal } = this.#options;
    const onRead = (bytes: number): void => void (this.#bytesRead += bytes);
    const from = checkpoint.placeIn(source);
    let isProbed = false;
    for await (const chunk of chunksOf(source, from, { ...this.#options, onRead })) {
      // Columns that are wrong are wrong for every record: the file is refused as one.
      if (chunk.header !== null && !isProbed) await sender.probe(chunk.header, source.name);
      isProbed = true;
      const outcome = sender.send(chunk);
      // Looked at in order; until then a failure of it is nobody's.
      outcome.catch(() => undefined);
      this.#underWay.push({ chunk, outcome });
      while (this.#underWay.length >= requestsAtOnce) await this.#settleOldest();
      if (signal.aborted) return;
    }
  }

  async #settleOldest(): Promise<void> {
    const { checkpoint, rejects } = this.#options;
    const [oldest] = this.#underWay;
    if (!oldest) return;
    const outcome = await oldest.outcome;
    this.#underWay.shift();
    await rejects.append(outcome.rejects);
    this.#totals = plus(this.#totals, outcome);
    checkpoint.advance(oldest.chunk, this.#totals);
    if (performance.now() - this.#savedAt < CHECKPOINT_INTERVAL_IN_MILLIS) return;
    await rejects.sync();
    await checkpoint.save(rejects.sizeInBytes);
    this.#savedAt = performance.now();
  }
}
