import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, DatabasePool, sqlState } from '../../platform/database/database.js';
import { GroupCommitter } from '../../platform/database/group-committer.js';
import { sql } from '../../platform/database/sql.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DispatchResult } from './dispatch-result.js';
import type { ClaimedEvent } from './inbox-claims.js';
import type { InboxStatus } from './inbox-entry.entity.js';
import { InboxMetrics } from './inbox-metrics.js';
import { MAXIMUM_FAILURES, pauseAfterFailure, UNMATCHED_PAUSES_IN_MILLIS } from './inbox-schedule.js';

export const WEBHOOK_EVENT_DEAD = 'webhook_event.dead';

const WRITERS = 1;
const EVENTS_PER_COMMIT = 500;
const LONGEST_MESSAGE = 2_000;
/** The pause of an outage grows no further than this many attempts: the provider comes back for all events at once. */
const ATTEMPTS_OF_LONGEST_OUTAGE_PAUSE = 5;

interface Settlement {
  readonly id: string;
  readonly status: InboxStatus;
  readonly failures: number;
  /** Null where there is no next attempt. */
  readonly nextAttemptTime: number | null;
  readonly error: string | null;
  readonly processTime: number | null;
}

/** Only what is still pending, so that a claim that came free and was handled by another worker is settled once. */
const SETTLE = `
  update webhook_inbox as entry
     set status = settled.status, attempts = entry.attempts + 1, failures = settled.failures, error = settled.error, process_time = settled.process_time,
         next_attempt_time = coalesce(settled.next_attempt_time, entry.next_attempt_time), claimed_by = null
    from unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::text[], $6::bigint[]) as settled (id, status, failures, next_attempt_time, error, process_time)
   where entry.id = settled.id and entry.status = 'pending'`;
/** Its commit does not wait for the disk: what a crash of the database forgets is handled once more. Not prepared, for the reason that claims are not. */
const SETTLE_QUICKLY = `with settlement as (${SETTLE} returning 1) select count(*), set_config('synchronous_commit', 'off', true) from settlement`;
const RETURNING = 'returning entry.id, entry.account_id, entry.connection_id, entry.provider_event_id, entry.type, entry.status, entry.attempts, entry.error';

interface SettledRow {
  readonly id: string;
  readonly account_id: string;
  readonly connection_id: string;
  readonly provider_event_id: string;
  readonly type: string;
  readonly status: InboxStatus;
  readonly attempts: number;
  readonly error: string | null;
}

/** What came of events, stored for many of them in one transaction. */
@Injectable()
export class InboxSettlements implements BeforeApplicationShutdown {
  readonly #committer: GroupCommitter<Settlement, void>;

  constructor(
    private readonly database: Database,
    private readonly pool: DatabasePool,
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    private readonly metrics: InboxMetrics,
  ) {
    this.#committer = new GroupCommitter({
      commit: (settlements) => this.#store(settlements),
      isFaultOfData: (error) => /^2[23]/.test(sqlState(error)),
      writers: WRITERS,
      itemsPerCommit: EVENTS_PER_COMMIT,
      // As many as the workers of this process can be at.
      queuedItems: Number.MAX_SAFE_INTEGER,
      overloaded: () => new Error('Results of provider events pile up.'),
    });
  }

  async settle(events: readonly ClaimedEvent[], result: DispatchResult): Promise<void> {
    const now = this.clock.now();
    const settlements = events.map((event) => settlementOf(event, result, now));
    await this.#committer.commit(settlements);
    events.forEach(({ receiveTime }, index) => this.metrics.handled(settlements[index]?.status === 'dead' ? 'dead' : result.result, now - receiveTime));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#committer.drain();
  }

  async #store(settlements: readonly Settlement[]): Promise<void[]> {
    const given = columnsOf(settlements);
    // What dies is told of, which takes a transaction; otherwise the statement is one by itself.
    if (settlements.some(({ status }) => status === 'dead')) await this.#storeAndTell(given);
    else await this.pool.query(SETTLE_QUICKLY, given);
    return settlements.map(() => undefined);
  }

  #storeAndTell(settlements: unknown[][]): Promise<void> {
    return this.database.transaction(async (tx) => {
      const rows = await sql<SettledRow>(tx, `${SETTLE} ${RETURNING}`, settlements);
      const dead = rows.filter(({ status }) => status === 'dead');
      await this.outbox.recordMany(
        tx,
        dead.map(({ id, account_id: accountId, connection_id: connectionId, provider_event_id: providerEventId, type, attempts, error }) => ({
          accountId,
          type: WEBHOOK_EVENT_DEAD,
          objectType: 'webhook_event',
          objectId: id,
          data: { webhookEventId: id, connectionId, providerEventId, type, attempts, error },
        })),
      );
    });
  }
}

/** As the statement takes them: of a JSON document PostgreSQL would expect a hundred rows, and read the whole table for them. */
function columnsOf(settlements: readonly Settlement[]): unknown[][] {
  return [
    settlements.map(({ id }) => id),
    settlements.map(({ status }) => status),
    settlements.map(({ failures }) => failures),
    settlements.map(({ nextAttemptTime }) => nextAttemptTime),
    settlements.map(({ error }) => error),
    settlements.map(({ processTime }) => processTime),
  ];
}

function settlementOf({ id, attempts, failures }: ClaimedEvent, result: DispatchResult, now: number): Settlement {
  const error = 'message' in result ? storable(result.message) : null;
  const later = (pauseInMillis: number, counted: number): Settlement => ({ id, status: 'pending', failures: counted, nextAttemptTime: now + pauseInMillis, error, processTime: null });
  const final = (status: InboxStatus, counted = failures): Settlement => ({ id, status, failures: counted, nextAttemptTime: null, error, processTime: status === 'processed' ? now : null });
  switch (result.result) {
    case 'processed':
    case 'foreign':
      return final(result.result);
    case 'unmatched': {
      const pause = UNMATCHED_PAUSES_IN_MILLIS[failures];
      return pause === undefined ? final('foreign', failures + 1) : later(pause, failures + 1);
    }
    case 'postponed':
      return later(Math.max(0, result.untilInMillis - now), failures);
    case 'unreachable':
      // The provider's outage is not the event's fault: it does not count towards the dead.
      return later(pauseAfterFailure(Math.min(attempts + 1, ATTEMPTS_OF_LONGEST_OUTAGE_PAUSE)), failures);
    case 'failed':
      return failures + 1 >= MAXIMUM_FAILURES ? final('dead', failures + 1) : later(pauseAfterFailure(failures + 1), failures + 1);
  }
}

/** PostgreSQL takes no NUL, and an error can be as long as what caused it. */
function storable(message: string): string {
  return message.replaceAll('\u0000', '').slice(0, LONGEST_MESSAGE);
}
