import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { UsageConflict } from '@tollkeeper/usage-store';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { trueOrFalse } from '../../platform/http/true-or-false.js';
import { UNMATCHED_KINDS, type UnmatchedKind, type UnmatchedUsage } from './unmatched-usage.entity.js';

export class UnmatchedUsageRequest extends PageRequest {
  @ApiPropertyOptional({ enum: UNMATCHED_KINDS, description: 'Of these things alone' })
  @IsOptional()
  @IsIn(UNMATCHED_KINDS)
  kind?: UnmatchedKind;

  @ApiPropertyOptional({ default: false, description: 'Those whose customer or meter exists by now, instead of those that wait' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  matched?: boolean;
}

export class UnmatchedUsageResponse {
  @ApiProperty({ enum: UNMATCHED_KINDS })
  kind!: UnmatchedKind;

  @ApiProperty({ description: 'The customerId or meterApiName that events carry' })
  name!: string;

  @ApiProperty({ description: 'Events that came while it did not exist' })
  eventCount!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  firstIngestTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  lastIngestTimeInMillis!: number;

  @ApiPropertyOptional({ description: 'Since when it exists and its usage counts; epoch milliseconds' })
  matchTimeInMillis?: number;
}

export function unmatchedUsageResponse(row: UnmatchedUsage): UnmatchedUsageResponse {
  return {
    kind: row.kind,
    name: row.name,
    eventCount: row.eventCount,
    firstIngestTimeInMillis: row.firstIngestTime,
    lastIngestTimeInMillis: row.lastIngestTime,
    ...(row.matchTime == null ? {} : { matchTimeInMillis: row.matchTime }),
  };
}

export class UsageConflictResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  meterApiName!: string;

  @ApiPropertyOptional()
  uniqueId?: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  meterTimeInMillis!: number;

  @ApiProperty({ description: 'Exact decimal' })
  meterValue!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  dimensions!: Record<string, string>;

  @ApiProperty({ description: 'When it came; epoch milliseconds' })
  ingestTimeInMillis!: number;
}

export function usageConflictResponse({ customerId, meterApiName, uniqueId, eventTimeInMillis, meterValue, dimensions, ingestTimeInMillis }: UsageConflict): UsageConflictResponse {
  return { customerId, meterApiName, ...(uniqueId === null ? {} : { uniqueId }), meterTimeInMillis: eventTimeInMillis, meterValue, dimensions: { ...dimensions }, ingestTimeInMillis };
}
