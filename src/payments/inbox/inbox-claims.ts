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
}

/**
 * Due events that nobody handles become ours. A claim counts for as long as its worker's lease is held, by which PostgreSQL names the
 * lock: the claims of a process that died are free at once, without a time to wait for. Nor need they survive the database: its commit
 * does not wait for the disk.
 */
const CLAIM = `
  with holder as materialized (
    select (classid::bigint << 32) | objid::bigint as key from pg_locks
     where locktype = 'advisory' and objsubid = 1 and granted and database = (select oid from pg_database where datname = current_database())),
  due as (
    select id from webhook_inbox
     where status = 'pending' and next_attempt_time <= $1 and connection_id <> all($2) and id <> all($3)
       and (claimed_by is null or claimed_by not in (select key from holder))
     order by next_attempt_time, id limit $4 for update skip locked),
  claimed as (
    update webhook_inbox as entry set claimed_by = hashtextextended($5, 0) from due where entry.id = due.id
    returning entry.id, account_id, connection_id, type, event, attempts, failures, receive_time)
  select exists (select from holder where key = hashtextextended($5, 0)) as is_held, set_config('synchronous_commit', 'off', true), claimed.* from (values (1)) as always left join claimed on true
   order by receive_time, id`;

/** Shares the inbox among workers: each event is handled by one of them at a time. */
@Injectable()
export class InboxClaims implements OnApplicationShutdown {
  #lease: Promise<Lease> | null = null;

  constructor(
    private readonly pool: DatabasePool,
    private readonly leases: ObjectLeases,
    private readonly clock: ProcessClock,
  ) {}

  /** @param notThese events of which this process knows that it is at them, should its claims have come free meanwhile */
  async take(limit: number, { notFrom, notThese }: { notFrom: readonly string[]; notThese: readonly string[] }): Promise<ClaimedEvent[]> {
    this.#lease ??= this.#hold();
    const { key } = await this.#lease;
    const { rows } = await this.pool.query<Row>({ name: 'inbox-claim', text: CLAIM, values: [this.clock.now(), notFrom, notThese, limit, key] });
    // The connection under the lease broke: others may take what we are at, which costs a second look and nothing else.
    if (rows[0]?.is_held === false) this.giveUp();
    return rows.flatMap((row) => (row.id === null ? [] : [claimedEvent(row.id, row)]));
  }

  /** All claims of this process come free, those included that it cannot settle; what it is still at is its own by `notThese`. */
  giveUp(): void {
    const lease = this.#lease;
    this.#lease = null;
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
  return { id, accountId, connectionId, type, event, attempts, failures, receiveTime: Number(row.receive_time) };
}
