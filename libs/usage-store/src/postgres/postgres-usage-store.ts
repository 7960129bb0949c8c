import type pg from 'pg';
import { DomainError } from '@tollkeeper/kernel';
import type { LateUsage, LateUsageQuery, UsageChange, UsageChanges } from '../usage-changes.js';
import type { CorrectedEvents, CorrectionPreview, CorrectionProgress, UsageCorrection } from '../usage-correction.js';
import type { AppendOutcome, UsageEvent } from '../usage-event.js';
import type { UsageAggregate, UsageEventsQuery, UsageQuery, UsageWatermark } from '../usage-query.js';
import { UsageStore } from '../usage-store.js';
import { amendmentsStatement } from './amendments-statement.js';
import { aggregateStatement } from './aggregate-statement.js';
import type { SeenSince, SeenUsage, StoredUsage, UsageConflict } from '../seen-usage.js';
import type { RollupDefinition } from '../usage-rollup.js';
import { APPEND_NEW, CLASSIFY_KNOWN, TAKE_CANCELLED } from './append-statements.js';
import { candidateOf, columnsOf, separateRepeats, type Candidate } from './candidate.js';
import { CHANGES, LATE_USAGE } from './change-statements.js';
import { eventsStatement } from './events-statement.js';
import { PostgresRollups } from './postgres-rollups.js';
import { planRollups } from './rollup-plan.js';
import { CONFLICTS_OF_ACCOUNT, SEEN_CONFLICTS, SEEN_USAGE } from './seen-statements.js';
import type { UsageAmendment, UsageAmendmentsQuery } from '../usage-amendment.js';
import type { UsageDrop } from '../usage-drop.js';
import type { UsageExportQuery } from '../usage-export.js';
import { timeWeightedStatement } from './time-weighted-statement.js';
import { exportUsage } from './usage-export.js';
import { UsageCancels } from './usage-cancels.js';
import { UsageCorrections } from './usage-corrections.js';
import { UsageDropping } from './usage-dropping.js';
import { UsagePartitions } from './usage-partitions.js';

/** Appends take milliseconds; waiting longer means that something else holds a transaction open. */
const LONGEST_WAIT_IN_MILLIS = 5_000;
const WAIT_STEP_IN_MILLIS = 5;

/**
 * Usage events in PostgreSQL. The claim of an event's key and the event itself are written by one statement, so there is no
 * moment in which an event is claimed and not stored.
 */
export class PostgresUsageStore extends UsageStore {
  readonly #pool: pg.Pool;
  readonly #longestWaitInMillis: number;
  readonly #partitions: UsagePartitions;
  readonly #rollups: PostgresRollups;
  readonly #cancels: UsageCancels;
  readonly #corrections: UsageCorrections;
  readonly #dropping: UsageDropping;

  /** @param options.longestWaitInMillis how long `watermark` waits for appends under way */
  constructor(pool: pg.Pool, options: { longestWaitInMillis?: number; eventsPerCorrectionStep?: number } = {}) {
    super();
    this.#pool = pool;
    this.#partitions = new UsagePartitions(pool);
    this.#rollups = new PostgresRollups(pool);
    this.#cancels = new UsageCancels(pool);
    this.#corrections = new UsageCorrections(pool, options.eventsPerCorrectionStep);
    this.#dropping = new UsageDropping(pool);
    this.#longestWaitInMillis = options.longestWaitInMillis ?? LONGEST_WAIT_IN_MILLIS;
  }

  override async append(events: readonly UsageEvent[]): Promise<AppendOutcome[]> {
    if (events.length === 0) return [];
    const candidates = events.map(candidateOf);
    const outcomes = new Array<AppendOutcome>(events.length).fill('accepted');
    const cancels = candidates.filter(({ event }) => event.isCancel === true);
    await this.#append(cancels.length === 0 ? candidates : candidates.filter(({ event }) => event.isCancel !== true), outcomes);
    if (cancels.length > 0) await this.#cancels.cancel(cancels, outcomes);
    return outcomes;
  }

  async #append(candidates: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    if (candidates.length === 0) return;
    const { firsts, repeats } = separateRepeats(candidates);
    const accepted = await this.#partitions.with(timesOf(candidates), () => this.#appendNew(firsts));
    const known = accepted === null ? repeats : [...firsts.filter((_, position) => !accepted.has(position)), ...repeats];
    if (known.length > 0) await this.#classifyKnown(known, outcomes);
  }

  override async aggregate(query: UsageQuery): Promise<UsageAggregate[]> {
    const { aggregation } = query;
    if (aggregation === 'time_weighted') return this.#rows(query, timeWeightedStatement(query));
    const counted = { ...query, aggregation };
    // What has come since a position is not in what is added up by day.
    const planned = query.since == null ? await planRollups(this.#pool, query) : null;
    const answer = await this.#rows(query, aggregateStatement(counted, planned));
    // Since the plan was made the rollups have passed the watermark, or events that they hold were removed: what they hold cannot be taken out again.
    // An answer without rows cannot say so.
    const isPast = planned !== null && (answer.some((row) => row.isPast) || (answer.length === 0 && query.watermark != null));
    return isPast ? this.#rows(query, aggregateStatement(counted, null)) : answer;
  }

  override async events(query: UsageEventsQuery): Promise<StoredUsage[]> {
    const { text, values } = eventsStatement(query);
    return (await this.#pool.query<StoredUsage>(text, values)).rows;
  }

  override async amendments(query: UsageAmendmentsQuery): Promise<UsageAmendment[]> {
    const { text, values } = amendmentsStatement(query);
    return (await this.#pool.query<UsageAmendment>(text, values)).rows;
  }

  override export(query: UsageExportQuery): Promise<StoredUsage[]> {
    return exportUsage(this.#pool, query);
  }

  override async seen(since: UsageWatermark): Promise<SeenSince> {
    const { oldest: upTo } = await this.#settled();
    const span = [since, upTo];
    const [usage, conflicts] = await Promise.all([this.#pool.query<SeenUsage>(SEEN_USAGE, span), this.#pool.query<SeenSince['conflicts'][number]>(SEEN_CONFLICTS, span)]);
    return { upTo, usage: usage.rows, conflicts: conflicts.rows };
  }

  override previewCorrection(events: CorrectedEvents): Promise<CorrectionPreview[]> {
    return this.#corrections.preview(events);
  }

  override correct(correction: UsageCorrection): Promise<CorrectionProgress> {
    return this.#corrections.apply(correction);
  }

  override revertCorrection(correction: { readonly accountId: string; readonly correctionId: string }): Promise<CorrectionProgress> {
    return this.#corrections.revert(correction);
  }

  override async changed(since: readonly UsageWatermark[]): Promise<UsageChanges> {
    const { oldest: upTo } = await this.#settled();
    const from = since.map(BigInt).reduce((earliest, position) => (position < earliest ? position : earliest), BigInt(upTo));
    return { upTo, changes: (await this.#pool.query<UsageChange>(CHANGES, [from.toString(), upTo])).rows };
  }

  override async late({ accountId, customerId, fromInMillis, toInMillis, since }: LateUsageQuery): Promise<LateUsage[]> {
    return (await this.#pool.query<LateUsage>(LATE_USAGE, [accountId, customerId, fromInMillis, toInMillis, since])).rows;
  }

  override async conflicts(accountId: string, { after, limit }: { readonly after: string; readonly limit: number }): Promise<UsageConflict[]> {
    return (await this.#pool.query<UsageConflict>(CONFLICTS_OF_ACCOUNT, [accountId, after, limit])).rows;
  }

  override defineRollup(definition: RollupDefinition): Promise<void> {
    return this.#rollups.define(definition);
  }

  override rollUp(nowInMillis: number): Promise<boolean> {
    return this.#rollups.step(nowInMillis);
  }

  override dropBefore(drop: UsageDrop): Promise<boolean> {
    return this.#dropping.step(drop);
  }

  override dropEmptyMonths(beforeInMillis: number): Promise<void> {
    return this.#dropping.dropEmptyMonths(beforeInMillis);
  }

  async #rows(query: UsageQuery, { text, values }: { text: string; values: unknown[] }): Promise<(UsageAggregate & { isPast?: boolean })[]> {
    const { rows } = await this.#pool.query<{ bucket: number; group_values: string[]; value: string; folded_to?: string; is_amended?: boolean }>(text, values);
    const { watermark, boundariesInMillis } = query;
    return rows.map((row) => ({
      bucketStartInMillis: boundariesInMillis[row.bucket - 1]!,
      group: row.group_values,
      value: row.value,
      ...(row.is_amended === true || (watermark != null && row.folded_to !== undefined && BigInt(row.folded_to) > BigInt(watermark)) ? { isPast: true } : {}),
    }));
  }

  /**
   * Transaction ids below the oldest one still running are all settled: committed and visible to everybody, or gone. What was
   * acknowledged before the call has an id below the next one to be given, so the older transactions are waited for; one that takes
   * too long (a long write elsewhere in the cluster) leaves the watermark at itself.
   */
  override async watermark(): Promise<UsageWatermark> {
    const { next, isForeign } = await this.#settled();
    if (isForeign) throw notTakenOver();
    const deadline = performance.now() + this.#longestWaitInMillis;
    for (;;) {
      const { oldest } = await this.#settled();
      if (BigInt(oldest) >= BigInt(next)) return next;
      if (performance.now() > deadline) return oldest;
      await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_IN_MILLIS));
    }
  }

  /** The oldest transaction id still running, the next one to be given, and whether the events know later ones, of another cluster. */
  async #settled(): Promise<{ oldest: string; next: string; isForeign: boolean }> {
    const { rows } = await this.#pool.query<{ oldest: string; next: string; isForeign: boolean }>(
      `select pg_snapshot_xmin(pg_current_snapshot())::text as oldest, pg_snapshot_xmax(pg_current_snapshot())::text as next,
              (select folded_to from usage_rollup_state) > pg_snapshot_xmax(pg_current_snapshot())::text::bigint as "isForeign"`,
    );
    return rows[0]!;
  }

  /** @returns the positions in `firsts` of those that were stored, null where all of them were */
  async #appendNew(firsts: readonly Candidate[]): Promise<Set<number> | null> {
    const { rows } = await this.#pool.query<{ positions: number[] | null }>({ name: 'usage-append-new', text: APPEND_NEW, values: columnsOf(firsts) });
    const positions = rows[0]?.positions ?? null;
    return positions && new Set(positions.map((position) => position - 1));
  }

  /**
   * Its own statement because it needs its own snapshot: a key that a concurrent writer has just committed is invisible to the
   * statement that ran into it. A crash in between loses nothing that was acknowledged.
   */
  async #classifyKnown(known: readonly Candidate[], outcomes: AppendOutcome[]): Promise<void> {
    // Planned anew each time: a plan kept from when the key table was small would read it whole for every event.
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
    if (rest.length > 0) await this.#classifyKnown(rest, outcomes);
  }
}

function notTakenOver(): DomainError {
  return new DomainError('unavailable', 'usage_not_taken_over', 'Usage was restored from another PostgreSQL cluster and a worker is still to take it over; nothing can be frozen before that. Try again shortly.', { retryAfterInSeconds: 5 });
}

function timesOf(candidates: readonly Candidate[]): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (const { event } of candidates) yield event.eventTimeInMillis;
    },
  };
}
