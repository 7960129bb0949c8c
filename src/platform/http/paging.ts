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
  return readCursor(page.cursor, ([createTime, id]) => (isWhole(createTime) && isStorableText(id) ? { createTime, id } : null));
}

/** @param read takes its parts, as they were given for the next page; null: they are none of ours. @throws DomainError `invalid_cursor` */
export function readCursor<T>(text: string, read: (parts: readonly unknown[]) => T | null): T {
  const cursor = read(decodeParts(text));
  if (cursor === null) throw invalid('invalid_cursor', 'The cursor is not one of ours. Take it unchanged from the Link header of the page before.');
  return cursor;
}

/** Text for a query that holds where a list goes on. */
export function encodeParts(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts, of which nothing is known; none where it is no such text. */
export function decodeParts(text: string): readonly unknown[] {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

export function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value);
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
  return sendPageBy(request, reply, rows, limit, (row) => {
    const { createTime, id } = cursorOf(row);
    return [createTime, id];
  });
}

/** As `sendPage`, of a list in another order. @param partsOf what finds the first row behind this one */
export function sendPageBy<Row>(request: FastifyRequest, reply: FastifyReply, rows: readonly Row[], limit: number, partsOf: (row: Row) => readonly unknown[]): Row[] {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length > limit && last) linkToNextPage(request, reply, limit, partsOf(last));
  return page;
}

/** @param cursor whatever finds the first row behind this page */
export function linkToNextPage(request: FastifyRequest, reply: FastifyReply, limit: number, cursor: readonly unknown[]): void {
  const url = new URL(request.url, 'http://page.invalid');
  url.searchParams.set('cursor', encodeParts(cursor));
  url.searchParams.set('limit', String(limit));
  void reply.header('Link', `<${url.pathname}${url.search}>; rel="next"`);
}
