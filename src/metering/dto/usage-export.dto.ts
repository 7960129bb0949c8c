import { ApiProperty, ApiPropertyOptional, IntersectionType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { StoredUsage } from '@tollkeeper/usage-store';
import { isStorableText, isWhole, PageRequest, readCursor } from '../../platform/http/paging.js';
import type { UsageExportCursor, UsageExportRequest } from '../usage-export.service.js';
import { isPosition } from '../usage-page-token.js';
import { usageScope, UsageScopeRequest } from './usage-scope.request.js';

const DEFAULT_LIMIT = 1_000;
const MAXIMUM_LIMIT = 10_000;

export class ExportUsageRequest extends IntersectionType(UsageScopeRequest, PickType(PageRequest, ['cursor'])) {
  @ApiPropertyOptional({ description: 'Records per page', default: DEFAULT_LIMIT, maximum: MAXIMUM_LIMIT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAXIMUM_LIMIT)
  limit?: number;
}

/** As POST /ingest takes it. */
export class ExportedUsageResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  meterApiName!: string;

  @ApiProperty({ description: 'Exact decimal', example: '12.5' })
  meterValue!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  meterTimeInMillis!: number;

  @ApiPropertyOptional({ description: 'Absent where the sender gave none' })
  uniqueId?: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  dimensions!: Record<string, string>;
}

export function usageExportRequest(request: ExportUsageRequest): UsageExportRequest {
  return { ...usageScope(request), limit: request.limit ?? DEFAULT_LIMIT, cursor: request.cursor === undefined ? null : readExportCursor(request.cursor) };
}

export function exportedUsageResponse({ customerId, meterApiName, meterValue, eventTimeInMillis, uniqueId, dimensions }: StoredUsage): ExportedUsageResponse {
  return { customerId, meterApiName, meterValue, meterTimeInMillis: eventTimeInMillis, ...(uniqueId === null ? {} : { uniqueId }), dimensions };
}

export function partsOfCursor({ watermark, after }: UsageExportCursor): unknown[] {
  return [watermark, after.meterApiName, after.customerId, after.eventTimeInMillis, after.sequence];
}

function readExportCursor(text: string): UsageExportCursor {
  return readCursor(text, ([watermark, meterApiName, customerId, eventTimeInMillis, sequence]) =>
    isPosition(watermark) && isPosition(sequence) && isStorableText(meterApiName) && isStorableText(customerId) && isWhole(eventTimeInMillis)
      ? { watermark, after: { meterApiName, customerId, eventTimeInMillis, sequence } }
      : null,
  );
}
