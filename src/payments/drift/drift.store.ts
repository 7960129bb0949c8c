import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { DatabasePool, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Difference } from './drift-differences.js';

export type DriftKind = 'customer' | 'invoice' | 'payment';

export interface DriftObject {
  readonly accountId: string;
  readonly connectionId: string;
  readonly kind: DriftKind;
  readonly providerId: string;
}

export interface Drift extends DriftObject {
  readonly id: string;
  /** Our id of the thing; null for what nothing here is known of. */
  readonly ownId: string | null;
  readonly field: string;
  readonly ownValue: string | null;
  readonly providerValue: string | null;
  readonly firstSeenTime: number;
  readonly lastSeenTime: number;
  readonly resolvedTime: number | null;
}

interface Row {
  id: string;
  account_id: string;
  connection_id: string;
  kind: DriftKind;
  own_id: string | null;
  provider_id: string;
  field: string;
  own_value: string | null;
  provider_value: string | null;
  first_seen_time: string;
  last_seen_time: string;
  resolved_time: string | null;
}

/** The rows of what differs: open ones, and resolved ones as history. */
@Injectable()
export class DriftStore {
  constructor(private readonly pool: DatabasePool) {}

  /** What differs at an object now; what differed before and no longer does is resolved. */
  async note({ accountId, connectionId, kind, providerId }: DriftObject, ownId: string | null, differences: readonly Difference[], now: number): Promise<void> {
    for (const { field, own, provider } of differences) {
      await this.pool.query(
        `insert into drift (id, account_id, connection_id, kind, own_id, provider_id, field, own_value, provider_value, first_seen_time, last_seen_time)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         on conflict (connection_id, kind, provider_id, field) where resolved_time is null
         do update set own_id = excluded.own_id, own_value = excluded.own_value, provider_value = excluded.provider_value, last_seen_time = greatest(drift.last_seen_time, excluded.last_seen_time)`,
        [newId('drf', now), accountId, connectionId, kind, ownId, providerId, field, own, provider, now],
      );
    }
    await this.pool.query('update drift set resolved_time = $4 where connection_id = $1 and kind = $2 and provider_id = $3 and resolved_time is null and field <> all($5)', [
      connectionId,
      kind,
      providerId,
      now,
      differences.map(({ field }) => field),
    ]);
  }

  /** There is nobody left to differ from. */
  async resolveOf(tx: Transaction, connectionId: string, now: number): Promise<void> {
    await sql(tx, 'update drift set resolved_time = $1 where connection_id = $2 and resolved_time is null', [now, connectionId]);
  }

  /** Open ones, first found first. */
  open(accountId: string, limit: number): Promise<Drift[]> {
    return this.#select('account_id = $1 and resolved_time is null order by first_seen_time, id limit $2', [accountId, limit]);
  }

  async countOpen(accountId: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>('select count(*)::integer as count from drift where account_id = $1 and resolved_time is null', [accountId]);
    return rows[0]?.count ?? 0;
  }

  async find(accountId: string, id: string): Promise<Drift | null> {
    return (await this.#select('account_id = $1 and id = $2', [accountId, id]))[0] ?? null;
  }

  /** The objects with open differences that are about the same thing of ours, this one first. */
  async alsoOf({ id, accountId, connectionId, kind, providerId, ownId }: Drift): Promise<DriftObject[]> {
    const others = await this.#select('account_id = $1 and own_id = $2 and id <> $3 and resolved_time is null', [accountId, ownId, id]);
    const objects = [{ accountId, connectionId, kind, providerId }, ...others];
    return objects.filter((object, index) => objects.findIndex((other) => other.kind === object.kind && other.providerId === object.providerId) === index);
  }

  /** Open ones of a connection that no look has seen since, in the order of their ids. */
  unseenSince(connectionId: string, time: number, afterId: string, limit: number): Promise<Drift[]> {
    return this.#select('connection_id = $1 and resolved_time is null and last_seen_time < $2 and id > $3 order by id limit $4', [connectionId, time, afterId, limit]);
  }

  /** Open for so long, and nobody was told. Without those that cannot be looked at: they would take all places of those that can. */
  overdue(foundBefore: number, limit: number): Promise<Drift[]> {
    const isUsable = `exists (select 1 from payment_connection c where c.id = drift.connection_id and c.status = 'active' and c.delete_time is null)`;
    return this.#select(`resolved_time is null and overdue_time is null and first_seen_time < $1 and ${isUsable} order by first_seen_time, id limit $2`, [foundBefore, limit]);
  }

  async countByKind(): Promise<{ kind: string; count: number; oldest: number }[]> {
    const { rows } = await this.pool.query<{ kind: string; count: number; oldest: string }>('select kind, count(*)::integer as count, min(first_seen_time) as oldest from drift where resolved_time is null group by kind');
    return rows.map(({ kind, count, oldest }) => ({ kind, count, oldest: Number(oldest) }));
  }

  async #select(where: string, values: unknown[]): Promise<Drift[]> {
    const { rows } = await this.pool.query<Row>(`select * from drift where ${where}`, values);
    return rows.map((row) => ({
      id: row.id,
      accountId: row.account_id,
      connectionId: row.connection_id,
      kind: row.kind,
      ownId: row.own_id,
      providerId: row.provider_id,
      field: row.field,
      ownValue: row.own_value,
      providerValue: row.provider_value,
      firstSeenTime: Number(row.first_seen_time),
      lastSeenTime: Number(row.last_seen_time),
      resolvedTime: row.resolved_time === null ? null : Number(row.resolved_time),
    }));
  }
}
