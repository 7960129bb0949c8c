import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { rangeInMillis } from './usage.request.js';

/** What a list of usage is about: a span of time, a meter, a customer, each of which may be left out. */
export class UsageScopeRequest {
  @ApiPropertyOptional({ type: Number, description: 'Epoch seconds; absent: from the beginning' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  startTimeInSeconds?: number;

  @ApiPropertyOptional({ type: Number, description: 'Epoch seconds, not part of the range; absent: without end' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  endTimeInSeconds?: number;

  @ApiPropertyOptional({ description: 'Only this meter' })
  @IsOptional()
  @IsString()
  meterApiName?: string;

  @ApiPropertyOptional({ description: 'Only this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

/** Null: all meters, all customers, without end. */
export interface UsageScope {
  readonly meterApiName: string | null;
  readonly customerId: string | null;
  readonly fromInMillis: number;
  readonly toInMillis: number | null;
}

/** @throws DomainError `time_in_milliseconds` */
export function usageScope({ startTimeInSeconds = 0, endTimeInSeconds, meterApiName, customerId }: UsageScopeRequest): UsageScope {
  return { meterApiName: meterApiName ?? null, customerId: customerId ?? null, ...rangeInMillis({ startTimeInSeconds, endTimeInSeconds }) };
}
