const BAR_WIDTH = 24;
const REDRAW_IN_MILLIS = 200;
/** Where nobody watches, a line now and then is enough to see in a log that it goes on. */
const LINE_IN_MILLIS = 10_000;
/** The rate of the last seconds says more about the end than that of the beginning. */
const RATE_WINDOW_IN_MILLIS = 10_000;

export interface ProgressState {
  readonly records: number;
  /** Of all bytes; null where the end is not known. */
  readonly share: number | null;
  /** What else is worth saying: `3 rejected`. */
  readonly notes: readonly string[];
}

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Standard error, or nobody. */
export function progressOutput(isQuiet: boolean): ProgressOutput {
  return isQuiet ? { write: () => undefined } : process.stderr;
}

/** Says how far it is: a bar that redraws itself on a terminal, lines elsewhere. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #state: () => ProgressState;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #samples: { at: number; records: number }[] = [];
  #pause: { readonly text: string; readonly until: number } | null = null;
  #drawn = false;

  /** @param noun what is counted */
  constructor(output: ProgressOutput, state: () => ProgressState, private readonly noun = 'records') {
    this.#output = output;
    this.#state = state;
    this.#timer = setInterval(() => this.#show(), output.isTTY ? REDRAW_IN_MILLIS : LINE_IN_MILLIS);
    this.#timer.unref();
  }

  /** Work rests for a while, and why. */
  pause(reason: string, pauseInMillis: number): void {
    const text = `waiting ${Math.ceil(pauseInMillis / 1_000)} s: ${reason}`;
    this.#pause = { text, until: performance.now() + pauseInMillis };
    if (this.#output.isTTY) this.#show();
    else this.#output.write(`${text}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#drawn) this.#output.write('\r\x1b[K');
  }

  get elapsedInMillis(): number {
    return performance.now() - this.#startedAt;
  }

  #show(): void {
    const line = this.#line();
    if (!this.#output.isTTY) return void this.#output.write(`${line}\n`);
    this.#drawn = true;
    this.#output.write(`\r\x1b[K${line.slice(0, Math.max(20, (this.#output.columns || 100) - 1))}`);
  }

  #line(): string {
    const { records, share, notes } = this.#state();
    const rate = this.#rate(records);
    const paused = this.#pause && this.#pause.until > performance.now() ? [this.#pause.text] : [];
    const bar = share === null ? [] : [this.#output.isTTY ? `${barOf(share)} ${percentOf(share)}` : percentOf(share)];
    const remaining = share === null || share < 0.01 || paused.length > 0 ? [] : [`${durationOf((this.elapsedInMillis / share) * (1 - share))} left`];
    return [...bar, `${countOf(records)} ${this.noun}`, `${countOf(rate)}/s`, ...notes, ...remaining, ...paused].join('  ');
  }

  #rate(records: number): number {
    const now = performance.now();
    this.#samples = [...this.#samples.filter(({ at }) => at > now - RATE_WINDOW_IN_MILLIS), { at: now, records }];
    const [first] = this.#samples;
    const from = first && first.at < now ? first : { at: this.#startedAt, records: 0 };
    return Math.max(0, Math.round(((records - from.records) * 1_000) / Math.max(1, now - from.at)));
  }
}

export function countOf(count: number): string {
  return count.toLocaleString('en-US');
}

export function durationOf(millis: number): string {
  if (millis < 9_950) return `${(millis / 1_000).toFixed(1)} s`;
  const seconds = Math.round(millis / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}]`;
}

function percentOf(share: number): string {
  return `${Math.floor(Math.min(1, share) * 100)} %`;
}
