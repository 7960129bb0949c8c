import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { DatabasePool } from '../platform/database/database.js';

export interface StoredEvent {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly data: Record<string, unknown>;
  readonly createTime: number;
}

const BATCH = 500;
const HIGHEST_TRANSACTION_ID = 2n ** 64n - 1n;
const HIGHEST_SEQUENCE = 2n ** 63n - 1n;

interface Row {
  transaction_id: string;
  sequence: string;
  id: string;
  type: string;
  object_type: string;
  object_id: string;
  data: Record<string, unknown>;
  create_time: string;
}

/**
 * Reads an account's events in an order that never skips one: by transaction, and only up to the oldest transaction still open,
 * because a sequence number alone can become visible after a higher one.
 */
@Injectable()
export class EventTail {
  constructor(private readonly pool: DatabasePool) {}

  /** Where the present ends: what commits from now on lies behind it. */
  async end(): Promise<string> {
    const { rows } = await this.pool.query<{ xmin: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin');
    return `${rows[0]?.xmin ?? '0'}-0`;
  }

  /** Events behind a position, oldest first. @throws DomainError `invalid_event_position` */
  async after(accountId: string, position: string): Promise<StoredEvent[]> {
    const [, transactionId = '', sequence = ''] = /^(\d{1,20})-(\d{1,19})$/.exec(position) ?? [];
    if (transactionId === '' || BigInt(transactionId) > HIGHEST_TRANSACTION_ID || BigInt(sequence) > HIGHEST_SEQUENCE) {
      throw invalid('invalid_event_position', 'Last-Event-ID is not one of ours. Take it unchanged from the id of the last event, or leave it out.');
    }
    const { rows } = await this.pool.query<Row>(
      `select transaction_id::text, sequence::text, id, type, object_type, object_id, data, create_time::text
         from outbox_event
        where account_id = $1
          and (transaction_id, sequence) > ($2::xid8, $3::bigint)
          and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        -- Of the table: without it the text of both, in which 10 comes before 9.
        order by outbox_event.transaction_id, outbox_event.sequence
        limit ${BATCH}`,
      [accountId, transactionId, sequence],
    );
    return rows.map((row) => ({
      position: `${row.transaction_id}-${row.sequence}`,
      id: row.id,
      type: row.type,
      objectType: row.object_type,
      objectId: row.object_id,
      data: row.data,
      createTime: Number(row.create_time),
    }));
  }
}
