import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import type { UsageAmendment, UsageAmendmentsQuery } from '@tollkeeper/usage-store';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { isStorable } from '../../platform/http/storable-input.js';

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
  try {
    const [dayStartInMillis, meterApiName, customerId] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (Number.isSafeInteger(dayStartInMillis) && isName(meterApiName) && isName(customerId)) return { dayStartInMillis: dayStartInMillis as number, meterApiName, customerId };
  } catch {
    // answered below
  }
  throw invalid('invalid_cursor', 'The cursor is not one of ours. Take it unchanged from the Link header of the page before.');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value);
}
