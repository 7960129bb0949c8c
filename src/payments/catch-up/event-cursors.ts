import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, DatabasePool } from '../../platform/database/database.js';
import { EventCursor } from './event-cursor.entity.js';

/** Read again each time, because an event may become listed later than a newer one. */
const OVERLAP_IN_MILLIS = 10 * 60_000;

/** For each list of each connection every few seconds, for ever: one statement. */
const MOVE = `
  insert into provider_event_cursor (connection_id, list, since_in_millis, read_time, page_token, page_since_in_millis) values ($1, $2, $3, $4, $5, $6)
  on conflict (connection_id, list) do update set since_in_millis = excluded.since_in_millis, read_time = excluded.read_time,
    page_token = excluded.page_token, page_since_in_millis = excluded.page_since_in_millis`;

/** Where the reading of a list goes on; times are the provider's, but `readTime`. */
export interface ListPlace {
  readonly list: string;
  /** From where on the list is asked for. */
  readonly sinceInMillis: number;
  /** The newest event stored so far. */
  readonly newestInMillis: number;
  /** The next page, where a turn ended before the list did. */
  readonly pageToken: string | null;
  /** Process time of the last page; null for a list that was never read. */
  readonly readTime: number | null;
}

/** How far each list of a connection was read, kept page by page. */
@Injectable()
export class EventCursors {
  constructor(
    private readonly database: Database,
    private readonly pool: DatabasePool,
    private readonly clock: ProcessClock,
  ) {}

  async of(connection: { id: string; createTime: number }, lists: readonly string[]): Promise<ListPlace[]> {
    const cursors = await this.database.reader().find(EventCursor, { connectionId: connection.id });
    return lists.map((list) => {
      const cursor = cursors.find((one) => one.list === list);
      const newestInMillis = cursor?.sinceInMillis ?? connection.createTime;
      const isMidway = cursor?.pageToken != null && cursor.pageSinceInMillis != null;
      return {
        list,
        newestInMillis,
        sinceInMillis: isMidway ? (cursor.pageSinceInMillis as number) : newestInMillis - OVERLAP_IN_MILLIS,
        pageToken: isMidway ? (cursor.pageToken as string) : null,
        readTime: cursor?.readTime ?? null,
      };
    });
  }

  async move(connectionId: string, { list, sinceInMillis, newestInMillis, pageToken }: Omit<ListPlace, 'readTime'>): Promise<void> {
    await this.pool.query(MOVE, [connectionId, list, newestInMillis, this.clock.now(), pageToken, pageToken === null ? null : sinceInMillis]);
  }

  forgetPage(connectionId: string, list: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.nativeUpdate(EventCursor, { connectionId, list }, { pageToken: null, pageSinceInMillis: null });
    });
  }
}
