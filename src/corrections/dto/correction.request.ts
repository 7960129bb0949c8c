import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Decimal } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { CORRECTION_STATES, type CorrectionState } from '../correction.entity.js';

const LONGEST_NAME = 200;
const LONGEST_REASON = 2_000;
/** As ingestion has it. */
const LONGEST_ID = 256;
const MOST_NAMES = 1_000;
const MOST_UNIQUE_IDS = 10_000;
/** A hundred years. */
const LONGEST_SHIFT_IN_MILLIS = 100 * 366 * 86_400_000;

const canonicalDecimal = ({ value }: { value: unknown }): unknown => (Decimal.isParsable(value) ? Decimal.textOf(value) : value);
const DECIMAL = /^-?\d{1,26}(\.\d{1,12})?$/;

class CorrectionTimeRangeRequest {
  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch seconds; absent: from the beginning' })
  @IsOptional()
  @IsInt()
  @Min(0)
  startTimeInSeconds?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch seconds, not part of the range; absent: without end' })
  @IsOptional()
  @IsInt()
  @Min(0)
  endTimeInSeconds?: number | null;
}

export class CorrectionFilterRequest {
  @ApiPropertyOptional({ type: [String], nullable: true, description: 'Events of one of these meters; absent: of all meters' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_NAMES)
  @IsString({ each: true })
  @MaxLength(LONGEST_ID, { each: true })
  meterApiNames?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'Of one of these customers' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_NAMES)
  @IsString({ each: true })
  @MaxLength(LONGEST_ID, { each: true })
  customerIds?: string[] | null;

  @ApiPropertyOptional({ type: CorrectionTimeRangeRequest, nullable: true, description: 'With their meterTimeInMillis in this range' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CorrectionTimeRangeRequest)
  timeRange?: CorrectionTimeRangeRequest | null;

  @ApiPropertyOptional({ type: CorrectionTimeRangeRequest, nullable: true, description: 'That came in this range, whatever they say' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CorrectionTimeRangeRequest)
  ingestionTimeRange?: CorrectionTimeRangeRequest | null;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'array', items: { type: 'string' } },
    example: { region: ['eu'] },
    description: 'With one of these values of each of these dimensions; an event without the dimension has the empty text',
  })
  @IsOptional()
  @IsObject()
  dimensions?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'With one of these unique ids' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_UNIQUE_IDS)
  @IsString({ each: true })
  @MaxLength(LONGEST_ID, { each: true })
  uniqueIds?: string[] | null;
}

export class EventAmendmentRequest {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The customer it belongs to instead' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  customerId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The meter it counts for instead' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  meterApiName?: string | null;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true, example: '0.5', description: 'Its value instead: up to 26 digits before and 12 after the point' })
  @IsOptional()
  @Transform(canonicalDecimal)
  @Matches(DECIMAL, { message: 'meterValue must be a decimal with up to 26 digits before and 12 after the point' })
  meterValue?: string | null;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true, example: '0.001', description: 'What its value is multiplied by. Nothing is rounded: a product with more digits than a value can hold is refused' })
  @IsOptional()
  @Transform(canonicalDecimal)
  @Matches(DECIMAL, { message: 'multiplyMeterValueBy must be a decimal with up to 26 digits before and 12 after the point' })
  multiplyMeterValueBy?: string | null;

  @ApiPropertyOptional({ type: 'object', nullable: true, additionalProperties: { type: 'string', nullable: true }, example: { region: 'us' }, description: 'Dimensions that are set beside the others; null takes one away' })
  @IsOptional()
  @IsObject()
  dimensions?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, example: -3_600_000, description: 'Whole milliseconds that it lies later, or earlier' })
  @IsOptional()
  @IsInt()
  @Min(-LONGEST_SHIFT_IN_MILLIS)
  @Max(LONGEST_SHIFT_IN_MILLIS)
  shiftTimeInMillis?: number | null;
}

export class CreateCorrectionRequest {
  @ApiProperty({ example: 'Test run of 3 March' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  name!: string;

  @ApiProperty({ description: 'Why, for whoever asks later' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_REASON)
  reason!: string;

  @ApiProperty({ enum: ['cancel', 'amend'], description: 'The events are taken back, or say what “amend” has instead' })
  @IsIn(['cancel', 'amend'])
  action!: 'cancel' | 'amend';

  @ApiProperty({ type: CorrectionFilterRequest, description: 'Which events: those that meet everything that is said' })
  @IsObject()
  @ValidateNested()
  @Type(() => CorrectionFilterRequest)
  filter!: CorrectionFilterRequest;

  @ApiPropertyOptional({ type: EventAmendmentRequest, nullable: true, description: 'With the action “amend” alone' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EventAmendmentRequest)
  amend?: EventAmendmentRequest | null;

  @ApiPropertyOptional({ default: false, description: 'Consent to a filter that names no customer, dimension, unique id or time' })
  @IsOptional()
  @IsBoolean()
  everything?: boolean;
}

export class ApplyCorrectionRequest {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'For the record' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_REASON)
  note?: string | null;
}

export class RevertCorrectionRequest {
  @ApiProperty({ description: 'Why, for whoever asks later' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_REASON)
  reason!: string;
}

export class CorrectionsPageRequest extends PageRequest {
  @ApiPropertyOptional({ enum: CORRECTION_STATES, description: 'Only those in this state' })
  @IsOptional()
  @IsIn(CORRECTION_STATES)
  state?: CorrectionState;
}
