import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import { AGGREGATIONS, type UsageFilter } from '@tollkeeper/usage-store';
import { Transform, Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import { trueOrFalse } from '../../platform/http/true-or-false.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { TIME_GROUPING_INTERVALS, type TimeGroupingInterval } from '../usage-intervals.js';
import type { UsageRequest } from '../usage.service.js';

// In seconds the year 5138; in milliseconds, which it is then, 1973.
const FIRST_MILLI = 1e11;

const lowerCase = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

export class TimeRangeRequest {
  @ApiProperty({ example: 1767225600, description: 'Epoch seconds' })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  startTimeInSeconds!: number;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch seconds, not part of the range; absent: now' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  endTimeInSeconds?: number | null;
}

export class TakeRequest {
  @ApiPropertyOptional({ description: 'At most so many groups; 0: all' })
  @IsOptional()
  @IsInt()
  @Min(0)
  limit?: number | null;

  @ApiPropertyOptional({ default: false, description: 'The smallest instead of the largest' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  isAscending?: boolean | null;
}

@IgnoresUnknownFields()
export class UsageReportRequest {
  @ApiProperty({ example: 'api_calls' })
  @IsString()
  @IsNotEmpty()
  meterApiName!: string;

  @ApiPropertyOptional({ enum: AGGREGATIONS, description: 'Default: the meter’s own. In any case' })
  @IsOptional()
  @IsString()
  aggregation?: string | null;

  @ApiProperty({ enum: TIME_GROUPING_INTERVALS, description: 'In the account’s time zone, weeks from Monday. In any case' })
  @Transform(lowerCase)
  @IsIn(TIME_GROUPING_INTERVALS)
  timeGroupingInterval!: TimeGroupingInterval;

  @ApiProperty({ type: TimeRangeRequest, description: 'Widened to whole intervals' })
  @IsObject()
  @ValidateNested()
  @Type(() => TimeRangeRequest)
  timeRange!: TimeRangeRequest;

  @ApiPropertyOptional({ type: [String], example: ['customerId'], description: 'customerId or dimensions of the meter' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  groupBy?: string[] | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } }, example: { region: ['eu', 'us'] } })
  @IsOptional()
  @IsObject()
  filter?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: TakeRequest, nullable: true, description: 'Only the largest or smallest groups' })
  @IsOptional()
  @ValidateNested()
  @Type(() => TakeRequest)
  take?: TakeRequest | null;
}

@IgnoresUnknownFields()
export class UsageOfAllRequest extends TimeRangeRequest {
  @ApiProperty({ enum: TIME_GROUPING_INTERVALS, description: 'In the account’s time zone, weeks from Monday. In any case' })
  @Transform(lowerCase)
  @IsIn(TIME_GROUPING_INTERVALS)
  timeGroupingInterval!: TimeGroupingInterval;

  @ApiPropertyOptional({ enum: ['customerId'], description: 'A series for each customer' })
  @IsOptional()
  @IsIn(['customerId', ''])
  groupBy?: string;

  @ApiPropertyOptional({ description: 'Only this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

export function usageRequest(request: UsageReportRequest): UsageRequest {
  return {
    meterApiName: request.meterApiName,
    aggregation: request.aggregation ?? null,
    interval: request.timeGroupingInterval,
    ...rangeInMillis(request.timeRange),
    groupBy: request.groupBy ?? [],
    filters: filtersOf(request.filter ?? {}),
    take: request.take?.limit ? { limit: request.take.limit, isAscending: request.take.isAscending ?? false } : null,
  };
}

/** @throws DomainError `time_in_milliseconds` */
export function rangeInMillis({ startTimeInSeconds, endTimeInSeconds }: TimeRangeRequest): { fromInMillis: number; toInMillis: number | null } {
  for (const time of [startTimeInSeconds, endTimeInSeconds ?? 0]) {
    if (time >= FIRST_MILLI) throw invalid('time_in_milliseconds', `Invalid request: ${time} looks like milliseconds; the times of a range are epoch seconds.`);
  }
  return { fromInMillis: startTimeInSeconds * 1_000, toInMillis: endTimeInSeconds ? endTimeInSeconds * 1_000 : null };
}

/** A single value may stand without its array. @param name of the field they were sent in */
export function filtersOf(filter: Readonly<Record<string, unknown>>, name = 'filter'): UsageFilter[] {
  return Object.entries(filter).map(([field, value]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (!values.every((item) => typeof item === 'string')) {
      throw invalid('invalid_request', `Invalid request: ${name}.${field.slice(0, 60)} must be an array of text.`, [{ field: `${name}.${field.slice(0, 60)}`, code: 'invalid_field', message: 'must be an array of text' }]);
    }
    return { field, values };
  });
}
