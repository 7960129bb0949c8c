import { ApiPropertyOptional } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isStorable } from './storable-input.js';

export const DEFAULT_PAGE_LIMIT = 100;
export const MAXIMUM_PAGE_LIMIT = 1_000;

/** Query of every list; extend it with filters. */
export class PageRequest {
  @ApiPropertyOptional({ description: 'Rows per page', default: DEFAULT_PAGE_LIMIT, maximum: MAXIMUM_PAGE_LIMIT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAXIMUM_PAGE_LIMIT)
  limit?: number;

  @ApiPropertyOptional({ description: 'From the Link header of the page before' })
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** Lists are ordered by (createTime, id); a cursor is the last row's pair. */
export interface Cursor {
  readonly createTime: number;
  readonly id: string;
}

export function limitOf(page: PageRequest): number {
  return page.limit ?? DEFAULT_PAGE_LIMIT;
}

export function parseCursor(page: PageRequest): Cursor | null {
  if (page.cursor === undefined) return null;
  try {
    const [createTime, id] = JSON.parse(Buffer.from(page.cursor, 'base64url').toString('utf8')) as [unknown, unknown];
    if (typeof createTime === 'number' && Number.isSafeInteger(createTime) && typeof id === 'string' && isStorable(id)) return { createTime, id };
  } catch {
    // answered below
  }
  throw invalid('invalid_cursor', 'The cursor is not one of ours. Take it unchanged from the Link header of the page before.');
}

/** MikroORM condition for rows after the cursor. @param idField the property that breaks ties */
export function afterCursor(cursor: Cursor | null, idField = 'id'): Record<string, unknown> {
  if (!cursor) return {};
  return { $or: [{ createTime: { $gt: cursor.createTime } }, { createTime: cursor.createTime, [idField]: { $gt: cursor.id } }] };
}

/**
 * Sets the Link header (RFC 8288) when there is a next page, and answers the page.
 * @param rows at most limit + 1 rows: the extra one only says that there are more
 */
export function sendPage<Row>(request: FastifyRequest, reply: FastifyReply, rows: readonly Row[], limit: number, cursorOf: (row: Row) => Cursor): Row[] {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length > limit && last) {
    const { createTime, id } = cursorOf(last);
    linkToNextPage(request, reply, limit, [createTime, id]);
  }
  return page;
}

/** @param cursor whatever finds the first row behind this page */
export function linkToNextPage(request: FastifyRequest, reply: FastifyReply, limit: number, cursor: readonly unknown[]): void {
  const url = new URL(request.url, 'http://page.invalid');
  url.searchParams.set('cursor', Buffer.from(JSON.stringify(cursor)).toString('base64url'));
  url.searchParams.set('limit', String(limit));
  void reply.header('Link', `<${url.pathname}${url.search}>; rel="next"`);
}
