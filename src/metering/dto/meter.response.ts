import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AGGREGATIONS, type Aggregation } from '@tollkeeper/usage-store';
import { LOCKING_STATUSES, type LockingStatus } from '../locking-status.js';
import type { Meter } from '../meter.entity.js';

export class MeterResponse {
  @ApiProperty({ example: 'mtr_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  accountId!: string;

  @ApiProperty({ example: 'api_calls' })
  meterApiName!: string;

  @ApiProperty({ example: 'API calls' })
  label!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ example: 'sum_of_all_usage' })
  meterType!: string;

  @ApiProperty({ enum: AGGREGATIONS })
  aggregation!: Aggregation;

  @ApiProperty({ type: String, nullable: true })
  uniqueDimension!: string | null;

  @ApiProperty({ type: [String] })
  dimensions!: string[];

  @ApiProperty({ type: [String] })
  aggregationDimensions!: string[];

  @ApiProperty({ enum: LOCKING_STATUSES })
  lockingStatus!: LockingStatus;

  @ApiProperty()
  useInBilling!: boolean;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;

  @ApiPropertyOptional()
  squashSumMeter?: boolean;

  @ApiPropertyOptional()
  seatBased?: boolean;

  @ApiPropertyOptional()
  sharedWithPartners?: boolean;

  @ApiPropertyOptional()
  timeoutInMinutes?: number;

  @ApiPropertyOptional()
  viewGroupingFunction?: string;

  @ApiPropertyOptional()
  viewGroupingInterval?: string;

  @ApiPropertyOptional()
  viewRescaleFunction?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  deduplicationConfig?: Record<string, unknown>;
}

export function meterResponse(meter: Meter): MeterResponse {
  return {
    ...meter.attributes,
    id: meter.id,
    accountId: meter.accountId,
    meterApiName: meter.meterApiName,
    label: meter.label,
    description: meter.description ?? null,
    meterType: meter.meterType,
    aggregation: meter.aggregation,
    uniqueDimension: meter.uniqueDimension ?? null,
    dimensions: meter.dimensions,
    aggregationDimensions: meter.aggregationDimensions,
    lockingStatus: meter.lockingStatus,
    useInBilling: meter.useInBilling,
    enabled: meter.enabled,
    createTime: meter.createTime,
    updateTime: meter.updateTime,
  };
}
