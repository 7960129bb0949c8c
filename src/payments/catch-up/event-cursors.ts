import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { EventCursor } from './event-cursor.entity.js';

/** Read again each time, because an event may become listed later than a newer one. */
const OVERLAP_IN_MILLIS = 10 * 60_000;

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

  move(connectionId: string, { list, sinceInMillis, newestInMillis, pageToken }: Omit<ListPlace, 'readTime'>): Promise<void> {
    return this.database.transaction(async (tx) => {
      const page = { pageToken, pageSinceInMillis: pageToken === null ? null : sinceInMillis };
      await tx.upsert(EventCursor, { connectionId, list, sinceInMillis: newestInMillis, readTime: this.clock.now(), ...page });
    });
  }

  forgetPage(connectionId: string, list: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.nativeUpdate(EventCursor, { connectionId, list }, { pageToken: null, pageSinceInMillis: null });
    });
  }
}
