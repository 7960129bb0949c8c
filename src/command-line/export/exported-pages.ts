import type { ExportedUsage, Page, TollkeeperClient, UsageExportQuery } from '@tollkeeper/client';
import { TollkeeperError } from '@tollkeeper/client';
import { withPatience, type PatienceOptions } from '../patience.js';
import { CommandError } from '../command-error.js';

const RECORDS_PER_PAGE = 5_000;

/** Everything that was counted, a page at a time; the next one is asked for while one is written. @throws CommandError in the server's words */
export async function* exportedPages(client: TollkeeperClient, query: UsageExportQuery, patience: PatienceOptions): AsyncGenerator<readonly ExportedUsage[]> {
  const ask = (cursor: string | undefined): Promise<Page<ExportedUsage>> => {
    const page = withPatience(() => client.usage.export({ ...query, limit: RECORDS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) }, { signal: patience.signal }), patience);
    // Seen when it is waited for.
    page.catch(() => undefined);
    return page;
  };
  try {
    for (let next: Promise<Page<ExportedUsage>> | null = ask(undefined); next !== null; ) {
      const { items, nextCursor }: Page<ExportedUsage> = await next;
      next = nextCursor === undefined ? null : ask(nextCursor);
      yield items;
    }
  } catch (error) {
    throw error instanceof TollkeeperError ? new CommandError(error.message, error) : error;
  }
}
