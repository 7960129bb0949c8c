import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { UsageAmendment, UsageAmendmentsQuery } from '@tollkeeper/usage-store';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { isStorableText, isWhole, PageRequest, readCursor } from '../../platform/http/paging.js';

export class UsageAmendmentsRequest extends PageRequest {
  @ApiPropertyOptional({ type: Number, description: 'Days that begin at or after it; epoch seconds' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  startTimeInSeconds?: number;

  @ApiPropertyOptional({ type: Number, description: 'Days that begin before it; epoch seconds' })
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

export class UsageAmendmentResponse {
  @ApiProperty()
  meterApiName!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'Start of the day in the account’s time zone, epoch milliseconds' })
  dayStartInMillis!: number;

  @ApiProperty({ description: 'All events of the day' })
  eventCount!: number;

  @ApiProperty({ description: 'Sum of their values, exact decimal', example: '12.5' })
  valueSum!: string;

  @ApiProperty({ description: 'Events among them that came after the day’s end' })
  lateEventCount!: number;

  @ApiProperty({ description: 'Sum of their values, exact decimal', example: '2.5' })
  lateValueSum!: string;

  @ApiProperty({ description: 'When something was last added, epoch milliseconds' })
  updateTimeInMillis!: number;
}

export function usageAmendmentResponse(amendment: UsageAmendment): UsageAmendmentResponse {
  const { meterApiName, customerId, dayStartInMillis, eventCount, valueSum, lateEventCount, lateValueSum, updateTimeInMillis } = amendment;
  return { meterApiName, customerId, dayStartInMillis, eventCount, valueSum, lateEventCount, lateValueSum, updateTimeInMillis };
}

export function partsOfAmendmentCursor({ dayStartInMillis, meterApiName, customerId }: UsageAmendment): unknown[] {
  return [dayStartInMillis, meterApiName, customerId];
}

export function readAmendmentCursor(text: string | undefined): UsageAmendmentsQuery['after'] {
  if (text === undefined) return null;
  return readCursor(text, ([dayStartInMillis, meterApiName, customerId]) =>
    isWhole(dayStartInMillis) && isStorableText(meterApiName) && isStorableText(customerId) ? { dayStartInMillis, meterApiName, customerId } : null,
  );
}
