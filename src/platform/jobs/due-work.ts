import { Injectable } from '@nestjs/common';

/** Billing work that follows an account's clock. Found by a scan, never by a delayed job, so that a moved clock finds it too. */
export interface DueWorkSource {
  readonly name: string;
  /** At one boundary everything that ends there is run before anything that begins there. Default `ends`. */
  readonly phase?: 'ends' | 'begins';
  /** Accounts that have something to do at their own time, when the process's clock says this. In one query over all of them: asked at every turn. */
  accountsDue(now: number): Promise<readonly string[]>;
  /** The earliest account time at or before `until` at which this source has something to do; null when there is nothing. */
  nextDueAt(accountId: string, until: number): Promise<number | null>;
  /** Does everything due at or before `asOf`, as of that time. Idempotent and restartable. */
  runDue(accountId: string, asOf: number): Promise<void>;
  /** How many things are still on their way for reasons other than a person or a later time (a hand-over, an open intent). */
  countInProgress(accountId: string): Promise<number>;
}

/** All sources of the process; accounts walks them boundary by boundary when a clock moves. */
@Injectable()
export class DueWork {
  readonly #sources: DueWorkSource[] = [];

  register(source: DueWorkSource): void {
    this.#sources.push(source);
  }

  /** In the order of their ids. */
  async accountsDue(now: number): Promise<string[]> {
    const due = new Set<string>();
    for (const source of this.#sources) for (const accountId of await source.accountsDue(now)) due.add(accountId);
    return [...due].sort();
  }

  async nextDueAt(accountId: string, until: number): Promise<number | null> {
    let next: number | null = null;
    for (const source of this.#sources) {
      const due = await source.nextDueAt(accountId, next ?? until);
      if (due !== null && (next === null || due < next)) next = due;
    }
    return next;
  }

  async runDue(accountId: string, asOf: number): Promise<void> {
    const begins = this.#sources.filter(({ phase }) => phase === 'begins');
    const ends = this.#sources.filter((source) => !begins.includes(source));
    for (const source of [...ends, ...begins]) await source.runDue(accountId, asOf);
  }

  async inProgress(accountId: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const source of this.#sources) counts[source.name] = await source.countInProgress(accountId);
    return counts;
  }
}
