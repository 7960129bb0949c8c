import type pg from 'pg';
import { DomainError } from '@tollkeeper/kernel';
import type { LateUsage, LateUsageQuery, UsageChange, UsageChanges } from '../usage-changes.js';
import type { CorrectionPreview, CorrectionProgress, EventsChange, UsageCorrection } from '../usage-correction.js';
import type { AppendOutcome, UsageEvent } from '../usage-event.js';
import type { UsageAggregate, UsageEventsQuery, UsageQuery, UsageWatermark } from '../usage-query.js';
import { UsageStore } from '../usage-store.js';
import { amendmentsStatement } from './amendments-statement.js';
import { aggregateStatement } from './aggregate-statement.js';
import type { SeenSince, SeenUsage, StoredUsage, UsageConflict } from '../seen-usage.js';
import type { RollupDefinition } from '../usage-rollup.js';
import { candidateOf } from './candidate.js';
import { boundedSpan } from './bounded-span.js';
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
import { UsageAppending } from './usage-appending.js';
import { UsageCancels } from './usage-cancels.js';
import { UsageCorrections } from './usage-corrections.js';
import { UsageDropping } from './usage-dropping.js';
import { UsagePartitions } from './usage-partitions.js';

/** Appends take milliseconds; waiting longer means that something else holds a transaction open. */
const LONGEST_WAIT_IN_MILLIS = 5_000;
const WAIT_STEP_IN_MILLIS = 5;

/**
 * Usage events in PostgreSQL. The claim of an event's key and the event itself are written by one transaction, so there is no
 * moment in which an event is claimed and not stored.
 */
export class PostgresUsageStore extends UsageStore {
  readonly #pool: pg.Pool;
  readonly #longestWaitInMillis: number;
  readonly #appending: UsageAppending;
  readonly #rollups: PostgresRollups;
  readonly #cancels: UsageCancels;
  readonly #corrections: UsageCorrections;
  readonly #dropping: UsageDropping;
  readonly #eventsPerLook: number | undefined;

  /** @param options.longestWaitInMillis how long `watermark` waits for appends under way @param options.eventsPerLook how many `seen` and `changed` look at in one go */
  constructor(pool: pg.Pool, options: { longestWaitInMillis?: number; eventsPerCorrectionStep?: number; eventsPerLook?: number } = {}) {
    super();
    this.#pool = pool;
    const partitions = new UsagePartitions(pool);
    this.#appending = new UsageAppending(pool, partitions);
    this.#rollups = new PostgresRollups(pool);
    this.#cancels = new UsageCancels(pool);
    this.#corrections = new UsageCorrections(pool, partitions, options.eventsPerCorrectionStep);
    this.#dropping = new UsageDropping(pool);
    this.#eventsPerLook = options.eventsPerLook;
    this.#longestWaitInMillis = options.longestWaitInMillis ?? LONGEST_WAIT_IN_MILLIS;
  }

  override async append(events: readonly UsageEvent[]): Promise<AppendOutcome[]> {
    if (events.length === 0) return [];
    const candidates = events.map(candidateOf);
    const outcomes = new Array<AppendOutcome>(events.length).fill('accepted');
    const cancels = candidates.filter(({ event }) => event.isCancel === true);
    await this.#appending.append(cancels.length === 0 ? candidates : candidates.filter(({ event }) => event.isCancel !== true), outcomes);
    if (cancels.length > 0) await this.#cancels.cancel(cancels, outcomes);
    return outcomes;
  }

  override async aggregate(query: UsageQuery): Promise<UsageAggregate[]> {
    const { aggregation } = query;
    if (aggregation === 'time_weighted') return this.#rows(query, timeWeightedStatement(query));
    const counted = { ...query, aggregation };
    // What has come since a position is not in what is added up by day, nor is what a correction would make of it.
    const planned = query.since == null && query.asIf == null ? await planRollups(this.#pool, query) : null;
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
    const { oldest } = await this.#settled();
    const upTo = await boundedSpan(this.#pool, since, oldest, this.#eventsPerLook);
    const span = [since, upTo];
    const [usage, conflicts] = await Promise.all([this.#pool.query<SeenUsage>(SEEN_USAGE, span), this.#pool.query<SeenSince['conflicts'][number]>(SEEN_CONFLICTS, span)]);
    return { upTo, isAll: upTo === oldest, usage: usage.rows, conflicts: conflicts.rows };
  }

  override previewCorrection(change: EventsChange): Promise<CorrectionPreview[]> {
    return this.#corrections.preview(change);
  }

  override correct(correction: UsageCorrection): Promise<CorrectionProgress> {
    return this.#corrections.apply(correction);
  }

  override laterCorrection({ accountId, correctionId }: { readonly accountId: string; readonly correctionId: string }): Promise<string | null> {
    return this.#corrections.laterThan(accountId, correctionId);
  }

  override revertCorrection(correction: { readonly accountId: string; readonly correctionId: string }): Promise<CorrectionProgress> {
    return this.#corrections.revert(correction);
  }

  override async changed(since: readonly UsageWatermark[]): Promise<UsageChanges> {
    const { oldest } = await this.#settled();
    const from = since.map(BigInt).reduce((earliest, position) => (position < earliest ? position : earliest), BigInt(oldest)).toString();
    const upTo = await boundedSpan(this.#pool, from, oldest, this.#eventsPerLook);
    return { upTo, isAll: upTo === oldest, changes: (await this.#pool.query<UsageChange>(CHANGES, [from, upTo])).rows };
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
}

function notTakenOver(): DomainError {
  return new DomainError('unavailable', 'usage_not_taken_over', 'Usage was restored from another PostgreSQL cluster and a worker is still to take it over; nothing can be frozen before that. Try again shortly.', { retryAfterInSeconds: 5 });
}
