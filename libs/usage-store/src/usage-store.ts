import type { SeenSince, StoredUsage, UsageConflict } from './seen-usage.js';
import type { LateUsage, LateUsageQuery, UsageChanges } from './usage-changes.js';
import type { CorrectionPreview, CorrectionProgress, EventsChange, UsageCorrection } from './usage-correction.js';
import type { AppendOutcome, UsageEvent } from './usage-event.js';
import type { UsageAmendment, UsageAmendmentsQuery } from './usage-amendment.js';
import type { UsageDrop } from './usage-drop.js';
import type { UsageExportQuery } from './usage-export.js';
import type { RollupDefinition } from './usage-rollup.js';
import type { UsageAggregate, UsageEventsQuery, UsageQuery, UsageWatermark } from './usage-query.js';

/**
 * Where usage events live. Ingestion writes through it, usage queries, prices and invoices read through it, and nothing else
 * touches its tables, so that another engine can take over when one PostgreSQL is outgrown.
 */
export abstract class UsageStore {
  /**
   * Stores events and says of each, in order, what became of it. When it resolves, the accepted ones are durable and counted
   * once, however often they are sent and by however many writers at the same time. A rejection means that nobody knows: send again.
   */
  abstract append(events: readonly UsageEvent[]): Promise<AppendOutcome[]>;

  /** Aggregates one meter. What was appended before the call is in the result. */
  abstract aggregate(query: UsageQuery): Promise<UsageAggregate[]>;

  /** Events themselves, by time. */
  abstract events(query: UsageEventsQuery): Promise<StoredUsage[]>;

  /** Days whose usage changed after they had ended, of meters that are added up, by day, meter and customer. */
  abstract amendments(query: UsageAmendmentsQuery): Promise<UsageAmendment[]>;

  /** The next piece of an export; the last one holds fewer events than were asked for. */
  abstract export(query: UsageExportQuery): Promise<StoredUsage[]>;

  /**
   * The highest position below which no append is still under way. Every event is either at or below it, and then every later
   * `aggregate` up to it sees it, or above it for ever. What was acknowledged before the call is at or below it, unless another write
   * keeps it back for seconds. That is how an invoice is frozen while ingestion goes on.
   * @throws DomainError `usage_not_taken_over` after a dump of another database server was restored, until `rollUp` has taken it over
   */
  abstract watermark(): Promise<UsageWatermark>;

  /** Who used what since a position, as far as it will not change any more. @param since '0' from the beginning, else an earlier `upTo` */
  abstract seen(since: UsageWatermark): Promise<SeenSince>;

  /** What a correction would be about, by meter and customer. */
  abstract previewCorrection(change: EventsChange): Promise<CorrectionPreview[]>;

  /** Some more of a correction; to be called again until it is done, by whomever and after whatever crash: each event is corrected once. */
  abstract correct(correction: UsageCorrection): Promise<CorrectionProgress>;

  /** @returns a later correction that holds some of this one's events, and has to be reverted first; null: none */
  abstract laterCorrection(correction: { readonly accountId: string; readonly correctionId: string }): Promise<string | null>;

  /** Some more of bringing a correction's events back as they were. What their senders have cancelled since stays cancelled. Corrections of the same events are reverted latest first. */
  abstract revertCorrection(correction: { readonly accountId: string; readonly correctionId: string }): Promise<CorrectionProgress>;

  /** Whose usage of what times has come or was removed, as far as it will not change any more. @param since positions, from the earliest of which it is looked */
  abstract changed(since: readonly UsageWatermark[]): Promise<UsageChanges>;

  /** What has changed of a customer's usage since a position, by meter. */
  abstract late(query: LateUsageQuery): Promise<LateUsage[]>;

  /** Events that were not counted because their id is known with other content, in the order of storing. @param after a sequence, '0' from the beginning */
  abstract conflicts(accountId: string, page: { readonly after: string; readonly limit: number }): Promise<UsageConflict[]>;

  /**
   * Says by what a meter's usage may be asked for, so that the store can keep it added up. Without it, and until the store has caught up, queries are
   * answered all the same, only slower. To be called again when it changes.
   */
  abstract defineRollup(definition: RollupDefinition): Promise<void>;

  /** Adds up some of what has come. To be called in the background, by one process at a time; @returns whether there may be more at once */
  abstract rollUp(nowInMillis: number): Promise<boolean>;

  /**
   * Drops some of what an account keeps no longer: events with the memory of their ids, and what they were added up to. Only for usage that nobody asks for
   * any more. @returns whether there may be more
   */
  abstract dropBefore(drop: UsageDrop): Promise<boolean>;

  /** Gives back the room of months that lie before an instant and hold nothing of any account. */
  abstract dropEmptyMonths(beforeInMillis: number): Promise<void>;
}
