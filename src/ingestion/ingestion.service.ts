import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DomainError, type ErrorDetail } from '@tollkeeper/kernel';
import { UsageStore, type AppendOutcome, type UsageEvent } from '@tollkeeper/usage-store';
import { AccountClock, ProcessClock } from '../platform/clock/clock.js';
import { sqlState } from '../platform/database/database.js';
import { GroupCommitter } from './group-committer.js';
import { MAXIMUM_EVENTS, MAXIMUM_LEAD_IN_MILLIS, MAXIMUM_RECORDS } from './ingestion-limits.js';
import { invalidRecords, tooManyRecords } from './ingestion.errors.js';
import { readRecord } from './record-reader.js';

const WRITERS = 2;
const EVENTS_PER_APPEND = 5_000;
// About 50 MB of waiting events, and about a second of work.
const QUEUED_EVENTS = 50_000;

export interface IngestResult {
  /** Records of the request. */
  readonly received: number;
  /** Events stored and counted; a record with several values is several events. */
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
}

@Injectable()
export class IngestionService implements BeforeApplicationShutdown {
  readonly #logger = new Logger(IngestionService.name);
  readonly #committer: GroupCommitter;

  constructor(
    store: UsageStore,
    private readonly accountClock: AccountClock,
    private readonly processClock: ProcessClock,
  ) {
    this.#committer = new GroupCommitter({
      append: (events) => store.append(events),
      isFaultOfData: (error) => /^2[23]/.test(sqlState(error)),
      writers: WRITERS,
      eventsPerAppend: EVENTS_PER_APPEND,
      queuedEvents: QUEUED_EVENTS,
    });
  }

  /**
   * Stores usage records of an account; all of them or, where one is bad, none. Resolves once they are durable. Customers and meters
   * need not exist yet.
   * @param records as they came from outside: `{customerId, meterApiName, meterValue, meterTimeInMillis, uniqueId?, dimensions?}`, or
   *   `values` (meter API name → value) instead of meterApiName and meterValue
   * @throws DomainError `invalid_records` naming index, field and reason; `too_many_records`; `ingestion_overloaded`; `ingestion_unavailable`
   */
  async ingest(accountId: string, records: readonly unknown[]): Promise<IngestResult> {
    if (records.length > MAXIMUM_RECORDS) throw tooManyRecords('records', MAXIMUM_RECORDS);
    const events = await this.#read(accountId, records);
    const outcomes = events.length === 0 ? [] : await this.#commit(accountId, events);
    const count = (wanted: AppendOutcome): number => outcomes.filter((outcome) => outcome === wanted).length;
    return { received: records.length, accepted: count('accepted'), duplicates: count('duplicate'), conflicts: count('conflict') };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#committer.drain();
  }

  async #read(accountId: string, records: readonly unknown[]): Promise<UsageEvent[]> {
    const facts = { accountId, ingestTimeInMillis: this.processClock.now() };
    const findings: ErrorDetail[] = [];
    const events: UsageEvent[] = [];
    const latest: { index: number; timeInMillis: number }[] = [];
    records.forEach((record, index) => {
      const read = readRecord(record, index, facts, findings);
      events.push(...read);
      // While reading, not after it: a body within its limit can name a hundred times as many events as this.
      if (events.length > MAXIMUM_EVENTS) throw tooManyRecords('events', MAXIMUM_EVENTS);
      const [first] = read;
      if (first && first.eventTimeInMillis > facts.ingestTimeInMillis + MAXIMUM_LEAD_IN_MILLIS) latest.push({ index, timeInMillis: first.eventTimeInMillis });
    });
    if (latest.length > 0) findings.push(...(await this.#tooFarAhead(accountId, latest)));
    if (findings.length > 0) throw invalidRecords(findings, records.length);
    return events;
  }

  /** An account's clock is never behind wall time, so it is asked only for events that lie ahead of that. */
  async #tooFarAhead(accountId: string, ahead: readonly { index: number; timeInMillis: number }[]): Promise<ErrorDetail[]> {
    const now = await this.accountClock.now(accountId);
    return ahead
      .filter(({ timeInMillis }) => timeInMillis > now + MAXIMUM_LEAD_IN_MILLIS)
      .map(({ index }) => ({ index, field: 'meterTimeInMillis', code: 'time_in_future', message: `lies more than 24 h ahead of the account's time, ${now}` }));
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
