import type pg from 'pg';
import type { AppendOutcome } from '../usage-event.js';
import { APPEND_NEW, CLASSIFY_KNOWN, FIND_KNOWN, TAKE_CANCELLED } from './append-statements.js';
import { uuidColumn } from './binary-columns.js';
import { columnsOf, separateRepeats, type Candidate } from './candidate.js';
import { copyEvents } from './copy-events.js';
import { RecentKeys } from './recent-keys.js';
import type { UsagePartitions } from './usage-partitions.js';

/** Appends that ask for every key first after one that turned out to hold a known one; twice as many after each further one. */
const MOST_CAREFUL_APPENDS = 64;

/**
 * Stores events whose keys nobody has claimed, and says of the others what they are. Nearly all events are new, so they are copied as if all were; those whose key was met
 * lately are looked up before, and where the guess was wrong nothing was copied and each key is claimed by itself.
 */
export class UsageAppending {
  readonly #pool: pg.Pool;
  readonly #partitions: UsagePartitions;
  readonly #recent = new RecentKeys();
  #carefulAppends = 0;
  #nextCarefulAppends = 1;

  constructor(pool: pg.Pool, partitions: UsagePartitions) {
    this.#pool = pool;
    this.#partitions = partitions;
  }

  /** @param outcomes by the candidates' index, `accepted` so far */
  async append(candidates: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    if (candidates.length === 0) return;
    const { firsts, repeats } = separateRepeats(candidates);
    const fresh = await this.#withoutKnown(firsts, outcomes);
    const known = fresh.length === 0 ? [] : await this.#partitions.with(timesOf(fresh), () => this.#store(fresh));
    if (known.length > 0 || repeats.length > 0) await this.#judge([...known, ...repeats], outcomes);
  }

  /** @returns those that seem to be new */
  async #withoutKnown(candidates: Candidate[], outcomes: AppendOutcome[]): Promise<Candidate[]> {
    const met = candidates.filter(({ eventKey }) => this.#recent.meets(eventKey));
    const isCareful = this.#carefulAppends > 0;
    if (isCareful) this.#carefulAppends -= 1;
    const doubtful = isCareful ? candidates : met;
    if (doubtful.length === 0) return candidates;
    const unknown = new Set(await this.#classify(doubtful, outcomes));
    if (isCareful) return [...unknown];
    const asked = new Set(doubtful);
    return candidates.filter((candidate) => !asked.has(candidate) || unknown.has(candidate));
  }

  /** @returns those whose keys are known after all */
  async #store(candidates: readonly Candidate[]): Promise<Candidate[]> {
    if (await copyEvents(this.#pool, candidates)) {
      this.#nextCarefulAppends = Math.max(1, this.#nextCarefulAppends / 2);
      return [];
    }
    this.#carefulAppends = this.#nextCarefulAppends;
    this.#nextCarefulAppends = Math.min(MOST_CAREFUL_APPENDS, this.#nextCarefulAppends * 2);
    const { rows } = await this.#pool.query<{ position: number }>({ name: 'usage-append-new', text: APPEND_NEW, values: columnsOf(candidates) });
    const stored = new Set(rows.map(({ position }) => position - 1));
    return candidates.filter((_, position) => !stored.has(position));
  }

  async #judge(known: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    const unknown = await this.#classify(known, outcomes);
    if (unknown.length > 0) throw new Error('Keys of usage events vanished while their events were compared; send the events again.');
  }

  /**
   * Its own statements because they need their own snapshots: a key that a concurrent writer has just committed is invisible to the
   * statement that ran into it. A crash in between loses nothing that was acknowledged.
   * @returns those whose keys are not known
   */
  async #classify(candidates: readonly Candidate[], outcomes: AppendOutcome[]): Promise<Candidate[]> {
    const keys = [uuidColumn(candidates.map(({ eventKey }) => eventKey)), uuidColumn(candidates.map(({ payloadHash }) => payloadHash))];
    // Planned anew each time: a plan kept from when the key table was small would read it whole for every event.
    const { rows } = await this.#pool.query<{ position: number; same: boolean }>(FIND_KNOWN, keys);
    const found = new Map(rows.map(({ position, same }) => [position - 1, same]));
    const others: Candidate[] = [];
    const unknown: Candidate[] = [];
    for (const [position, candidate] of candidates.entries()) {
      const same = found.get(position);
      if (same === true) outcomes[candidate.index] = 'duplicate';
      else (same === undefined ? unknown : others).push(candidate);
    }
    if (others.length > 0) await this.#classifyOthers(others, outcomes);
    return unknown;
  }

  /** Events that say something else than what is known, or whose cancel came first. */
  async #classifyOthers(known: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    const { rows } = await this.#pool.query<{ position: number; same: boolean; awaited: boolean }>(CLASSIFY_KNOWN, columnsOf(known));
    if (rows.length !== known.length) throw new Error('Keys of usage events vanished while their events were compared; send the events again.');
    for (const { position, same } of rows) outcomes[known[position - 1]!.index] = same ? 'duplicate' : 'conflict';
    const awaited = rows.filter((row) => row.awaited).map(({ position }) => known[position - 1]!);
    if (awaited.length > 0) await this.#takeCancelled(awaited.toSorted((one, other) => one.index - other.index), outcomes);
  }

  /** Events whose cancel came first. The first one of each key settles what the others are compared with. */
  async #takeCancelled(awaited: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    const { firsts, repeats } = separateRepeats(awaited);
    const { rows } = await this.#pool.query<{ position: number }>(TAKE_CANCELLED, columnsOf(firsts));
    const taken = new Set(rows.map(({ position }) => firsts[position - 1]!));
    for (const { index } of taken) outcomes[index] = 'cancelled';
    const rest = [...firsts.filter((candidate) => !taken.has(candidate)), ...repeats];
    if (rest.length > 0) await this.#judge(rest, outcomes);
  }
}

function timesOf(candidates: readonly Candidate[]): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (const { event } of candidates) yield event.eventTimeInMillis;
    },
  };
}
