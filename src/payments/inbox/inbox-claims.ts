import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ProviderEvent } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../../platform/clock/clock.js';
import { DatabasePool } from '../../platform/database/database.js';
import { ObjectLeases, type Lease } from '../../platform/leases/object-leases.js';

/** An event of the inbox that this process handles now, and no other does. */
export interface ClaimedEvent {
  readonly id: string;
  readonly accountId: string;
  readonly connectionId: string;
  readonly type: string;
  readonly event: ProviderEvent;
  readonly attempts: number;
  readonly failures: number;
  readonly receiveTime: number;
  /** Before or after the beginning of a fetch, whichever processes it came to and began in. */
  readonly arrival: number;
}

interface Row {
  readonly id: string | null;
  readonly is_held: boolean;
  readonly account_id: string;
  readonly connection_id: string;
  readonly type: string;
  readonly event: ProviderEvent;
  readonly attempts: number;
  readonly failures: number;
  readonly receive_time: string;
  readonly arrival: string;
  readonly next_attempt_time: string;
}

/**
 * Due events that nobody handles become ours. A claim counts for as long as its worker's lease is held, by which PostgreSQL names the
 * lock: the claims of a process that died are free at once, without a time to wait for. Nor need they survive the database: its commit
 * does not wait for the disk. Not prepared: a plan made while the inbox was empty would read all of it for each event.
 */
const CLAIM = `
  with holder as materialized (
    select (classid::bigint << 32) | objid::bigint as key from pg_locks
     where locktype = 'advisory' and objsubid = 1 and granted and database = (select oid from pg_database where datname = current_database())),
  due as (
    select id from webhook_inbox
     where status = 'pending' and next_attempt_time between $5 and $1 and connection_id <> all($2)
       and (claimed_by is null or claimed_by not in (select key from holder))
     order by next_attempt_time, id limit $3 for update skip locked),
  claimed as (
    update webhook_inbox as entry set claimed_by = hashtextextended($4, 0) from due where entry.id = due.id
    returning entry.id, account_id, connection_id, type, event, attempts, failures, receive_time, arrival, entry.next_attempt_time)
  select exists (select from holder where key = hashtextextended($4, 0)) as is_held, set_config('synchronous_commit', 'off', true), claimed.* from (values (1)) as always left join claimed on true
   order by receive_time, id`;

/** By so much the clock of whoever stored an event may be behind without a whole look being needed to find it. */
const MARGIN_IN_MILLIS = 1_000;
const WHOLE_LOOKS_INTERVAL_IN_MILLIS = 500;

/** Shares the inbox among workers: each event is handled by one of them at a time. */
@Injectable()
export class InboxClaims implements OnApplicationShutdown {
  #lease: Promise<Lease> | null = null;
  /**
   * What waits is due no earlier, as far as the last look could tell. Between whole looks nothing else is looked at: in the index, what was handled lies
   * where it was until PostgreSQL tidies up, and at a thousand events a second that is a lot to look through.
   */
  #oldest = 0;
  #nextWholeLook = 0;

  constructor(
    private readonly pool: DatabasePool,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
  ) {}

  /** @param notFrom connections that have enough to do @returns also what this process is at already, should its claims have come free meanwhile */
  async take(limit: number, notFrom: readonly string[]): Promise<ClaimedEvent[]> {
    this.#lease ??= this.#hold();
    const { key } = await this.#lease;
    const now = this.clock.now();
    const isWhole = now >= this.#nextWholeLook;
    const { rows } = await this.pool.query<Row>(CLAIM, [now, notFrom, limit, key, isWhole ? 0 : this.#oldest]);
    const claimed = rows.filter(({ id }) => id !== null);
    if (isWhole) this.#nextWholeLook = now + WHOLE_LOOKS_INTERVAL_IN_MILLIS;
    // The oldest are claimed first; only of a connection that has enough to do older ones are left.
    if (notFrom.length === 0) this.#oldest = (claimed.length < limit ? now : Math.max(...claimed.map((row) => Number(row.next_attempt_time)))) - MARGIN_IN_MILLIS;
    // The connection under the lease broke: others may take what we are at, which costs a second look and nothing else.
    if (rows[0]?.is_held === false) this.giveUp();
    return claimed.map((row) => claimedEvent(row.id as string, row));
  }

  /** All claims of this process come free, those included that it cannot settle. */
  giveUp(): void {
    const lease = this.#lease;
    this.#lease = null;
    this.#nextWholeLook = 0;
    lease?.then((held) => held.release()).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    const lease = await this.#lease?.catch(() => null);
    this.#lease = null;
    await lease?.release().catch(() => undefined);
  }

  async #hold(): Promise<Lease> {
    try {
      const lease = await this.leases.tryAcquire(`inbox-worker:${randomUUID()}`);
      if (lease) return lease;
      throw new Error('A lease nobody can know of is held by somebody else.');
    } catch (error) {
      this.#lease = null;
      throw error;
    }
  }
}

function claimedEvent(id: string, row: Row): ClaimedEvent {
  const { account_id: accountId, connection_id: connectionId, type, event, attempts, failures } = row;
  return { id, accountId, connectionId, type, event, attempts, failures, receiveTime: Number(row.receive_time), arrival: Number(row.arrival) };
}
