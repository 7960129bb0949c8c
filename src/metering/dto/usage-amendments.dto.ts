import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { UsageAmendment, UsageAmendmentsQuery } from '@tollkeeper/usage-store';
import { isStorableText, isWhole, PageRequest, readCursor } from '../../platform/http/paging.js';
import { UsageScopeRequest } from './usage-scope.request.js';

export class UsageAmendmentsRequest extends IntersectionType(UsageScopeRequest, PageRequest) {}

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
