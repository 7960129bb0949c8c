import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DomainError, newId } from '@tollkeeper/kernel';
import type { ProviderEvent } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../../platform/clock/clock.js';
import { DatabasePool, sqlState } from '../../platform/database/database.js';
import { GroupCommitter } from '../../platform/database/group-committer.js';
import { WAKEUP_CHANNEL } from '../../platform/jobs/wakeups.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { sealedBodies, type SealedBodies } from './webhook-body.js';

export const INBOX_TOPIC = 'provider-inbox';

const WRITERS = 2;
const EVENTS_PER_COMMIT = 500;
/** A few seconds of work; a provider sends again what was sent away. */
const QUEUED_EVENTS = 5_000;

export interface ReceivedEvent {
  readonly accountId: string;
  readonly connectionId: string;
  readonly source: 'webhook' | 'event_list';
  readonly event: ProviderEvent;
  /** The exact bytes of a webhook, kept encrypted; null from an event list. */
  readonly rawBody: Buffer | null;
}

/**
 * One statement, prepared: what is new is stored, and the workers are woken when that is committed. Bodies travel in one piece, since
 * an array of bytes would travel as text, twice as long.
 */
const INSERT = `
  with added as (
    insert into webhook_inbox (id, account_id, connection_id, provider_event_id, type, source, event, status, body_id, body_start, body_length, next_attempt_time, receive_time)
    select id, account_id, connection_id, provider_event_id, type, source, event::jsonb, status, body_id, body_start, body_length, $11::bigint, $11::bigint
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::integer[], $10::integer[], $12::text[])
        as given (id, account_id, connection_id, provider_event_id, type, source, event, body_id, body_start, body_length, status)
        on conflict (connection_id, provider_event_id) do nothing returning id, connection_id, status),
  bodies as (
    insert into webhook_body (id, account_id, connection_id, content, receive_time)
    select id, account_id, connection_id, substring($13::bytea from content_start for content_length), $11::bigint
      from unnest($14::text[], $15::text[], $16::text[], $17::integer[], $18::integer[]) as given (id, account_id, connection_id, content_start, content_length)
     where exists (select from added))
  select coalesce(array_agg(id), '{}') as ids,
         (select count(pg_notify('${WAKEUP_CHANNEL}', '${INBOX_TOPIC} ' || connection_id)::text) from (select distinct connection_id from added where status = 'pending') as connections)
    from added`;

/** Where provider events are stored once, whichever way and however often they arrive. */
@Injectable()
export class InboxStore implements BeforeApplicationShutdown {
  readonly #committer: GroupCommitter<ReceivedEvent, boolean>;

  constructor(
    private readonly pool: DatabasePool,
    private readonly box: SecretBox,
    private readonly clock: ProcessClock,
  ) {
    this.#committer = new GroupCommitter({
      commit: (events) => this.#insert(events),
      isFaultOfData: (error) => /^2[23]/.test(sqlState(error)),
      writers: WRITERS,
      itemsPerCommit: EVENTS_PER_COMMIT,
      queuedItems: QUEUED_EVENTS,
      overloaded: () => new DomainError('unavailable', 'inbox_overloaded', 'Provider events arrive faster than they can be stored. Send this one again a little later.', { retryAfterInSeconds: 1 }),
    });
  }

  /** Durable when it resolves. @returns how many were new */
  async add(events: readonly ReceivedEvent[]): Promise<number> {
    if (events.length === 0) return 0;
    return (await this.#committer.commit(events)).filter((isNew) => isNew).length;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#committer.drain();
  }

  /** @returns for each, whether it was new */
  async #insert(events: readonly ReceivedEvent[]): Promise<boolean[]> {
    const now = this.clock.now();
    const given = events.map((received) => ({ ...received, id: newId('whk', now) }));
    // In one order everywhere: two commits that hold the same events would otherwise wait for each other.
    const sorted = given.toSorted((a, b) => compare(a.connectionId, b.connectionId) || compare(a.event.id, b.event.id));
    const { sealed, places } = sealedBodies(sorted, this.box, now);
    const { rows } = await this.pool.query<{ ids: string[] }>({
      name: 'inbox-insert',
      text: INSERT,
      values: [
        sorted.map(({ id }) => id),
        sorted.map(({ accountId }) => accountId),
        sorted.map(({ connectionId }) => connectionId),
        sorted.map(({ event }) => event.id),
        sorted.map(({ event }) => event.type),
        sorted.map(({ source }) => source),
        sorted.map(({ event }) => JSON.stringify(event)),
        places.map((place) => place?.bodyId ?? null),
        places.map((place) => place?.start ?? null),
        places.map((place) => place?.length ?? null),
        now,
        sorted.map(({ event }) => (event.objects.length === 0 && !event.paymentMethodChanged ? 'ignored' : 'pending')),
        ...columnsOf(sealed),
      ],
    });
    const added = new Set(rows[0]?.ids);
    return given.map(({ id }) => added.has(id));
  }
}

/** All contents in one piece, and for each its id, account, connection, start (counted from 1) and length. */
function columnsOf(sealed: readonly SealedBodies[]): [content: Buffer, ids: string[], accountIds: string[], connectionIds: string[], starts: number[], lengths: number[]] {
  let next = 1;
  const starts = sealed.map(({ content }) => {
    const start = next;
    next += content.length;
    return start;
  });
  return [
    Buffer.concat(sealed.map(({ content }) => content)),
    sealed.map(({ id }) => id),
    sealed.map(({ accountId }) => accountId),
    sealed.map(({ connectionId }) => connectionId),
    starts,
    sealed.map(({ content }) => content.length),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
