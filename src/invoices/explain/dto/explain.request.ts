import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { ExplainedEventsRequest } from '../invoice-explanation.service.js';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;
const MOST_LINES = 1_000_000;
/** The year 9999. */
const LAST_SECOND = 253_402_300_799;

export class ExplainInvoiceRequest {
  @ApiPropertyOptional({ description: 'Only this line, counted from 1; default all of them' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_LINES)
  position?: number;
}

export class ExplainEventsRequest {
  @ApiProperty({ description: 'The line, counted from 1', example: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_LINES)
  position!: number;

  @ApiPropertyOptional({ description: 'Epoch seconds, e.g. of a bucket; default the start of what the line counts' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_SECOND)
  startTimeInSeconds?: number;

  @ApiPropertyOptional({ description: 'Epoch seconds, not part of it; default the end of what the line counts' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_SECOND)
  endTimeInSeconds?: number;

  @ApiPropertyOptional({ default: DEFAULT_PAGE, maximum: LARGEST_PAGE, description: 'Events per page' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_PAGE)
  pageSize?: number;

  @ApiPropertyOptional({ description: 'nextPageToken of the page before' })
  @IsOptional()
  @IsString()
  nextPageToken?: string;
}

export function explainedEventsRequest(query: ExplainEventsRequest): ExplainedEventsRequest {
  const millis = (seconds: number | undefined): number | null => (seconds === undefined ? null : seconds * 1_000);
  return {
    position: query.position,
    fromInMillis: millis(query.startTimeInSeconds),
    toInMillis: millis(query.endTimeInSeconds),
    limit: query.pageSize ?? DEFAULT_PAGE,
    pageToken: query.nextPageToken ?? null,
  };
}
