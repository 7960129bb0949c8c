import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AGGREGATIONS } from '@tollkeeper/usage-store';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { PageRequest } from '../../platform/http/paging.js';
import { LOCKING_STATUSES } from '../locking-status.js';
import type { MeterInput } from '../meter-definition.js';

const MAXIMUM_NAME_LENGTH = 256;
const MAXIMUM_DIMENSIONS = 50;

@IgnoresUnknownFields()
export class MeterRequest {
  @ApiPropertyOptional({ description: 'Which meter to change, with PUT; not used with POST' })
  @IsOptional()
  @IsString()
  id?: string | null;

  @ApiProperty({ example: 'api_calls', maxLength: MAXIMUM_NAME_LENGTH, description: 'What events call it; fixed for ever' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAXIMUM_NAME_LENGTH)
  meterApiName!: string;

  @ApiProperty({ example: 'API calls', maxLength: MAXIMUM_NAME_LENGTH })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAXIMUM_NAME_LENGTH)
  label!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiPropertyOptional({
    example: 'sum_of_all_usage',
    description: 'sum_of_all_usage and event_duration sum, active_users counts unique values. In any case. Required unless aggregation is given',
  })
  @IsOptional()
  @IsString()
  meterType?: string | null;

  @ApiPropertyOptional({ enum: AGGREGATIONS, description: 'How the events become one number. In any case' })
  @IsOptional()
  @IsString()
  aggregation?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The dimension whose values unique counts; else the first of aggregationDimensions, and for active_users the customer' })
  @IsOptional()
  @IsString()
  @MaxLength(MAXIMUM_NAME_LENGTH)
  uniqueDimension?: string | null;

  @ApiPropertyOptional({ type: [String], example: ['region', 'model'], description: 'What usage can be grouped and filtered by, besides customerId' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAXIMUM_DIMENSIONS)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(MAXIMUM_NAME_LENGTH, { each: true })
  dimensions?: string[] | null;

  @ApiPropertyOptional({ type: [String], description: 'Kept and given back; the first one is what unique counts where uniqueDimension is absent' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAXIMUM_DIMENSIONS)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(MAXIMUM_NAME_LENGTH, { each: true })
  aggregationDimensions?: string[] | null;

  @ApiPropertyOptional({ enum: LOCKING_STATUSES, default: 'open', description: 'open → close_to_changes or close_to_deletions → deprecated; in any case' })
  @IsOptional()
  @IsString()
  lockingStatus?: string | null;

  @ApiPropertyOptional({ default: false, description: 'Creates a product item for the meter' })
  @IsOptional()
  @IsBoolean()
  useInBilling?: boolean | null;

  @ApiPropertyOptional({ default: true, description: 'Kept and given back' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsBoolean()
  squashSumMeter?: boolean | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsBoolean()
  seatBased?: boolean | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsBoolean()
  sharedWithPartners?: boolean | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsInt()
  timeoutInMinutes?: number | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsString()
  viewGroupingFunction?: string | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsString()
  viewGroupingInterval?: string | null;

  @ApiPropertyOptional({ description: 'Kept and given back' })
  @IsOptional()
  @IsString()
  viewRescaleFunction?: string | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Kept and given back; how events are deduplicated does not depend on the meter' })
  @IsOptional()
  @IsObject()
  deduplicationConfig?: Record<string, unknown> | null;
}

@IgnoresUnknownFields()
export class MeterListRequest extends PageRequest {
  @ApiPropertyOptional({ example: 'api_calls', description: 'Only the meter of this name: an array of one, or an empty one' })
  @IsOptional()
  @IsString()
  meterApiName?: string;
}

/** Fields without effect here travel together, so that a client finds what it stored. */
export function meterInput(request: MeterRequest): MeterInput {
  const { squashSumMeter, seatBased, sharedWithPartners, timeoutInMinutes, viewGroupingFunction, viewGroupingInterval, viewRescaleFunction, deduplicationConfig, ...input } = request;
  const kept = { squashSumMeter, seatBased, sharedWithPartners, timeoutInMinutes, viewGroupingFunction, viewGroupingInterval, viewRescaleFunction, deduplicationConfig };
  return { ...input, attributes: Object.fromEntries(Object.entries(kept).filter(([, value]) => value != null)) };
}
