import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min } from 'class-validator';
import { trueOrFalse } from '../../platform/http/true-or-false.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import type { UsageEventsPage, UsageEventsRequest as EventsRequest } from '../usage-events.service.js';
import { rangeInMillis, TimeRangeRequest } from './usage.request.js';

const DEFAULT_PAGE_SIZE = 100;
const MAXIMUM_PAGE_SIZE = 1_000;

/** What a row holds, in its order. */
const COLUMNS = ['customerId', 'meterApiName', 'meterValue', 'meterTimeInMillis', 'uniqueId', 'dimensions', 'ingestTimeInMillis'];

@IgnoresUnknownFields()
export class UsageEventsRequest extends TimeRangeRequest {
  @ApiProperty({ example: 'api_calls', description: 'Events of this meter' })
  @IsString()
  @IsNotEmpty()
  meterApiName!: string;

  @ApiPropertyOptional({ description: 'Only this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only events with these dimensions, a JSON object of texts', example: '{"region":"eu"}' })
  @IsOptional()
  @IsString()
  dimensions?: string;

  @ApiPropertyOptional({ default: true, description: 'Oldest first' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  isAscending?: boolean;

  @ApiPropertyOptional({ default: DEFAULT_PAGE_SIZE, maximum: MAXIMUM_PAGE_SIZE, description: 'Rows per page' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAXIMUM_PAGE_SIZE)
  pageSize?: number;

  @ApiPropertyOptional({ description: 'nextPageToken of the page before' })
  @IsOptional()
  @IsString()
  nextPageToken?: string;
}

export class UsageEventsResponse {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The request' })
  query!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
  nextPageToken!: string | null;

  @ApiProperty({ type: [String], example: COLUMNS })
  columns!: string[];

  @ApiProperty({ type: 'array', items: { type: 'array', items: {} }, description: 'A row for each event: the values of the columns. meterValue is exact decimal text, times are epoch milliseconds' })
  rows!: unknown[][];
}

export class UsageRateRequest {
  @ApiProperty({ example: 'api_calls', description: 'Units of this meter' })
  @IsString()
  @IsNotEmpty()
  meterApiName!: string;

  @ApiProperty({ description: 'Of this customer' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;
}

export class UsageRateResponse {
  @ApiProperty({ description: 'Units in the last hour of the account’s time' })
  rate!: number;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The request' })
  request!: Record<string, unknown>;
}

export function usageEventsRequest(request: UsageEventsRequest): EventsRequest {
  return {
    meterApiName: request.meterApiName,
    customerId: request.customerId ?? null,
    ...rangeInMillis(request),
    dimensions: readDimensions(request.dimensions),
    isAscending: request.isAscending ?? true,
    pageSize: request.pageSize ?? DEFAULT_PAGE_SIZE,
    pageToken: request.nextPageToken ?? null,
  };
}

export function usageEventsResponse({ events, nextPageToken }: UsageEventsPage, query: object): UsageEventsResponse {
  const rows = events.map((event) => [event.customerId, event.meterApiName, event.meterValue, event.eventTimeInMillis, event.uniqueId, event.dimensions, event.ingestTimeInMillis]);
  return { query: { ...query }, nextPageToken, columns: COLUMNS, rows };
}

function readDimensions(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  try {
    const dimensions = JSON.parse(text) as unknown;
    if (typeof dimensions === 'object' && dimensions !== null && !Array.isArray(dimensions) && Object.values(dimensions).every((value) => typeof value === 'string')) return dimensions as Record<string, string>;
  } catch {
    // answered below
  }
  throw invalid('invalid_request', 'Invalid request: dimensions must be a JSON object of texts.', [{ field: 'dimensions', code: 'invalid_field', message: 'must be a JSON object of texts' }]);
}
