import type { CallOptions, Query, Transport } from './transport.js';

/** One page of a list, in creation order. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` to get the next page; undefined on the last one. */
  readonly nextCursor: string | undefined;
}

export interface PageQuery {
  /** Rows per page, at most 1,000. */
  readonly limit?: number;
  readonly cursor?: string;
}

export async function readPage<T>(transport: Transport, path: string, query: Query, options: CallOptions = {}): Promise<Page<T>> {
  const { body, headers } = await transport.jsonWithHeaders<T[]>({ ...options, method: 'GET', path, query });
  return { items: body, nextCursor: nextCursorOf(headers.get('link')) };
}

/** Every row of a list, a page at a time. */
export async function* readAll<T>(transport: Transport, path: string, query: Query, options: CallOptions = {}): AsyncGenerator<T, void, void> {
  let cursor = query['cursor'];
  do {
    const page: Page<T> = await readPage<T>(transport, path, { ...query, cursor }, options);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** The cursor in the URL of a `Link: <…>; rel="next"` header (RFC 8288). */
function nextCursorOf(link: string | null): string | undefined {
  const url = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  return url === undefined ? undefined : (new URL(url, 'http://page.invalid').searchParams.get('cursor') ?? undefined);
}
