import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { DatabasePool } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { JanitorSource } from './janitor-sources.js';

export interface ProviderCheck {
  readonly kind: string;
  readonly objectId: string;
  readonly sinceTime: number;
}

/** The rows that say what is looked at next, and when. */
@Injectable()
export class ProviderChecksRepository {
  constructor(private readonly pool: DatabasePool) {}

  /** Brings the rows of a kind in step with what is unsettled. @param firstPauseInMillis before the first look; spread over the same time once more */
  async follow({ kind, unsettled }: JanitorSource, now: number, firstPauseInMillis: number): Promise<void> {
    await this.pool.query(
      `insert into provider_check (kind, object_id, account_id, connection_id, since_time, next_check_time)
       select $1, u.id, u.account_id, u.connection_id, $2::bigint, $2::bigint + $3::bigint + floor(random() * $3::bigint)::bigint
         from (${unsettled}) u where not exists (select 1 from provider_check c where c.kind = $1 and c.object_id = u.id)
         order by u.id on conflict do nothing`,
      [kind, now, firstPauseInMillis],
    );
    await this.pool.query(`delete from provider_check c where c.kind = $1 and not exists (select 1 from (${unsettled}) u where u.id = c.object_id)`, [kind]);
  }

  /** Usable connections with something due. */
  async connections(now: number, except: readonly string[], limit: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select id from payment_connection p where status = 'active' and delete_time is null and id <> all($2)
         and exists (select 1 from provider_check c where c.connection_id = p.id and c.next_check_time <= $1) order by id limit $3`,
      [now, except, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Longest due first. */
  async due(connectionId: string, now: number, limit: number): Promise<ProviderCheck[]> {
    const { rows } = await this.pool.query<{ kind: string; object_id: string; since_time: string }>(
      'select kind, object_id, since_time from provider_check where connection_id = $1 and next_check_time <= $2 order by next_check_time, kind, object_id limit $3',
      [connectionId, now, limit],
    );
    return rows.map((row) => ({ kind: row.kind, objectId: row.object_id, sinceTime: Number(row.since_time) }));
  }

  /** @param nextCheckTime null for never again */
  async looked({ kind, objectId }: ProviderCheck, nextCheckTime: number | null): Promise<void> {
    await this.pool.query('update provider_check set next_check_time = $3, check_count = check_count + 1 where kind = $1 and object_id = $2', [kind, objectId, nextCheckTime]);
  }

  async postponed({ kind, objectId }: ProviderCheck, nextCheckTime: number): Promise<void> {
    await this.pool.query('update provider_check set next_check_time = $3 where kind = $1 and object_id = $2', [kind, objectId, nextCheckTime]);
  }

  /** Everything of a connection is due. */
  async makeDue(tx: Transaction, connectionId: string, now: number): Promise<void> {
    await sql(tx, 'update provider_check set next_check_time = $1 where connection_id = $2 and next_check_time > $1', [now, connectionId]);
  }

  async countDue(now: number): Promise<{ kind: string; unsettled: number; due: number }[]> {
    const { rows } = await this.pool.query<{ kind: string; unsettled: number; due: number }>(
      'select kind, count(*)::integer as unsettled, (count(*) filter (where next_check_time <= $1))::integer as due from provider_check where next_check_time is not null group by kind',
      [now],
    );
    return rows;
  }
}
