import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DomainError, type ErrorDetail } from '@tollkeeper/kernel';
import { UsageStore, type AppendOutcome, type UsageEvent } from '@tollkeeper/usage-store';
import { UsageRetention } from '../metering/retention/usage-retention.js';
import { AccountClock, ProcessClock } from '../platform/clock/clock.js';
import { sqlState } from '../platform/database/database.js';
import { GroupCommitter } from '../platform/database/group-committer.js';
import { ingestResult, type IngestResult, type ReadRecord } from './ingest-result.js';
import { MAXIMUM_EVENTS, MAXIMUM_LEAD_IN_MILLIS, MAXIMUM_NAME_LENGTH, MAXIMUM_RECORDS } from './ingestion-limits.js';
import { invalidRecords, overloaded, tooManyRecords } from './ingestion.errors.js';
import { readRecord } from './record-reader.js';
import { UnreadableRecord } from './unreadable-record.js';

const WRITERS = 2;
const EVENTS_FOR_ANOTHER_WRITER = 500;
const EVENTS_PER_COMMIT = 5_000;
// About 50 MB of waiting events, and about a second of work.
const QUEUED_EVENTS = 50_000;

export interface IngestOptions {
  /** Takes the good records and reports the bad ones; otherwise one bad record refuses all of them. */
  readonly partial?: boolean;
}

@Injectable()
export class IngestionService implements BeforeApplicationShutdown {
  readonly #logger = new Logger(IngestionService.name);
  readonly #committer: GroupCommitter<UsageEvent, AppendOutcome>;

  constructor(
    store: UsageStore,
    private readonly accountClock: AccountClock,
    private readonly processClock: ProcessClock,
    private readonly retention: UsageRetention,
  ) {
    this.#committer = new GroupCommitter({
      commit: (events) => store.append(events),
      isFaultOfData: (error) => /^2[23]/.test(sqlState(error)),
      writers: WRITERS,
      itemsForAnotherWriter: EVENTS_FOR_ANOTHER_WRITER,
      itemsPerCommit: EVENTS_PER_COMMIT,
      queuedItems: QUEUED_EVENTS,
      overloaded,
    });
  }

  /**
   * Stores usage records of an account. Resolves once they are durable. Customers and meters need not exist yet.
   * @param records as they came from outside: `{customerId, meterApiName, meterValue, meterTimeInMillis, uniqueId?, dimensions?}`, or
   *   `values` (meter API name → value) instead of meterApiName and meterValue
   * @throws DomainError `invalid_records` naming index, field and reason, unless `partial`; `too_many_records`; `ingestion_overloaded`; `ingestion_unavailable`
   */
  async ingest(accountId: string, records: readonly unknown[], { partial = false }: IngestOptions = {}): Promise<IngestResult> {
    if (records.length > MAXIMUM_RECORDS) throw tooManyRecords('records', MAXIMUM_RECORDS);
    const read = await this.#read(accountId, records);
    const findings: ErrorDetail[] = [];
    const events: UsageEvent[] = [];
    for (const record of read) {
      if (record.errors.length > 0) findings.push(...record.errors);
      else for (const event of record.events) events.push(event);
    }
    if (findings.length > 0 && !partial) throw invalidRecords(findings, records.length);
    return ingestResult(read, events.length === 0 ? [] : await this.#commit(accountId, events));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#committer.drain();
  }

  async #read(accountId: string, records: readonly unknown[]): Promise<ReadRecord[]> {
    const facts = { accountId, ingestTimeInMillis: this.processClock.now() };
    let events = 0;
    let someAreAhead = false;
    const read = records.map((record, index): ReadRecord => {
      const errors: ErrorDetail[] = [];
      const own = record instanceof UnreadableRecord ? [] : readRecord(record, index, facts, errors);
      if (record instanceof UnreadableRecord) errors.push({ index, code: record.code, message: record.message });
      events += own.length;
      // While reading, not after it: a body within its limit can name a hundred times as many events as this.
      if (events > MAXIMUM_EVENTS) throw tooManyRecords('events', MAXIMUM_EVENTS);
      someAreAhead ||= isAhead(own, facts.ingestTimeInMillis);
      return { uniqueId: uniqueIdOf(record), events: own, errors };
    });
    const { acceptedFrom } = await this.retention.bounds(accountId);
    const timely = acceptedFrom === null ? read : refusePast(read, acceptedFrom);
    return someAreAhead ? this.#refuseFuture(accountId, timely) : timely;
  }

  /** An account's clock is never behind wall time, so it is asked only where events lie ahead of that. */
  async #refuseFuture(accountId: string, read: readonly ReadRecord[]): Promise<ReadRecord[]> {
    const now = await this.accountClock.now(accountId);
    return read.map((record, index) => {
      if (!isAhead(record.events, now)) return record;
      const message = `lies more than 24 h ahead of the account's time, ${now}`;
      return { ...record, errors: [...record.errors, { index, field: 'meterTimeInMillis', code: 'time_in_future', message }] };
    });
  }

  async #commit(accountId: string, events: readonly UsageEvent[]): Promise<AppendOutcome[]> {
    try {
      return await this.#committer.commit(events);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      this.#logger.error(`storing ${events.length} events of account ${accountId} failed: ${(error as Error).stack ?? String(error)}`);
      throw new DomainError('unavailable', 'ingestion_unavailable', 'The events could not be stored. Send them again: what was stored already is counted once.', {
        retryAfterInSeconds: 1,
        cause: error,
      });
    }
  }
}

function refusePast(read: readonly ReadRecord[], acceptedFrom: number): ReadRecord[] {
  return read.map((record, index) => {
    const [first] = record.events;
    if (record.errors.length > 0 || first === undefined || first.eventTimeInMillis >= acceptedFrom) return record;
    const message = `lies before ${acceptedFrom} (${new Date(acceptedFrom).toISOString()}), from which on this account keeps usage`;
    return { ...record, errors: [{ index, field: 'meterTimeInMillis', code: 'time_beyond_retention', message }] };
  });
}

/** All events of a record have its time. */
function isAhead([first]: readonly UsageEvent[], now: number): boolean {
  return first !== undefined && first.eventTimeInMillis > now + MAXIMUM_LEAD_IN_MILLIS;
}

/** For naming a record in an answer, whether it could be read or not. */
function uniqueIdOf(record: unknown): string | null {
  const { uniqueId } = (record ?? {}) as { uniqueId?: unknown };
  return typeof uniqueId === 'string' && uniqueId !== '' ? uniqueId.slice(0, MAXIMUM_NAME_LENGTH) : null;
}
