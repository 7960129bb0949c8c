import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { AbsentWhenEmpty } from '../../customers/dto/absent-when-empty.js';
import { IsDecimalInput } from '../../platform/http/decimal-input.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { EpochSeconds } from './epoch-seconds.js';

export const LOCKING_STATUSES = ['open', 'close_to_changes', 'deprecated'] as const;

export class ReferenceTimeRange {
  @EpochSeconds('Epoch seconds; default or 0: now')
  startTimeInSeconds?: number;

  @EpochSeconds('Epoch seconds, not part of it; default or 0: as long as the promotion says')
  endTimeInSeconds?: number;
}

@IgnoresUnknownFields()
export class ReferenceCustomerPromotionRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ description: 'Of POST /promotions, or as it was made by the reference’s routes' })
  @IsString()
  @IsNotEmpty()
  promotionId!: string;

  @ApiPropertyOptional({ type: ReferenceTimeRange, description: 'It holds for every billing period that overlaps it, whole' })
  @AbsentWhenEmpty()
  @IsOptional()
  @ValidateNested()
  @Type(() => ReferenceTimeRange)
  appliedTimeRange?: ReferenceTimeRange;
}

@IgnoresUnknownFields()
export class ReferencePromotionLimit {
  @ApiPropertyOptional({ type: Number, description: 'Billing periods; default or 0: without end' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  cycles?: number;

  @ApiPropertyOptional({ type: Number, description: 'Not known here: a limit is counted in billing periods' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsInt()
  months?: number;
}

@IgnoresUnknownFields()
export class ReferencePromotionRequest {
  @ApiProperty({ description: 'Chosen by the caller. Sent again with other terms it is refused: who has a promotion keeps it' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  id!: string;

  @ApiProperty({ description: 'Unique; invoices call the discount so' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  promotionName!: string;

  @ApiPropertyOptional({ type: String, description: 'For your own use' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string;

  @ApiPropertyOptional({ enum: LOCKING_STATUSES, description: 'deprecated: given to nobody any more' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsIn(LOCKING_STATUSES)
  lockingStatus?: (typeof LOCKING_STATUSES)[number];

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Of absolute ones: major units, for each billing period' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsDecimalInput()
  discount?: string | number;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Of relative ones: above 0, up to 1' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsDecimalInput()
  discountRatio?: string | number;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Major units' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsDecimalInput()
  cycleMaxDiscount?: string | number;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Major units' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsDecimalInput()
  totalMaxDiscount?: string | number;

  @ApiPropertyOptional({ type: String, description: 'Holds for invoices of this plan' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  targetPlanId?: string;

  @ApiPropertyOptional({ type: String, description: 'Holds for the lines of this item' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  targetProductItemId?: string;

  @ApiPropertyOptional({ type: ReferencePromotionLimit, description: 'Default: without end' })
  @AbsentWhenEmpty()
  @IsOptional()
  @ValidateNested()
  @Type(() => ReferencePromotionLimit)
  promotionTimeLimit?: ReferencePromotionLimit;

  @ApiPropertyOptional({ type: Object, additionalProperties: true, description: 'Refused where it is not empty: promotions hold for the lines of an item, whatever their dimensions' })
  @IsOptional()
  dimensionConstraintMap?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: Object, additionalProperties: true, description: 'Refused where it is not empty: promotions are given to customers one by one' })
  @IsOptional()
  customerTags?: Record<string, unknown> | null;
}

export class ReferencePromotionResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'The reference’s type that says the same' })
  type!: string;

  @ApiProperty()
  promotionName!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ enum: LOCKING_STATUSES })
  lockingStatus!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  lastUpdateTimeInMillis!: number;

  @ApiPropertyOptional({ description: 'Major units, for each billing period' })
  discount?: number;

  @ApiPropertyOptional()
  discountRatio?: number;

  @ApiPropertyOptional({ description: 'Major units' })
  cycleMaxDiscount?: number;

  @ApiPropertyOptional({ description: 'Major units' })
  totalMaxDiscount?: number;

  @ApiPropertyOptional({ description: 'Where it holds for one plan' })
  targetPlanId?: string;

  @ApiPropertyOptional({ description: 'Where it holds for one item' })
  targetProductItemId?: string;

  @ApiPropertyOptional({ type: ReferencePromotionLimit })
  promotionTimeLimit?: ReferencePromotionLimit;
}

export class ReferenceDiscountedInvoice {
  @ApiProperty()
  invoiceUri!: string;

  @ApiProperty({ description: 'Epoch seconds' })
  createdTimeInSeconds!: number;

  @ApiProperty({ description: 'Taken off it, major units' })
  amount!: number;

  @ApiProperty({ description: 'Its total without tax on top, major units' })
  invoiceAmount!: number;
}

export class ReferenceCustomerPromotionResponse {
  @ApiProperty({ description: 'Of GET /customer-discounts' })
  id!: string;

  @ApiProperty({ description: 'The same' })
  relationId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  promotionId!: string;

  @ApiProperty({ description: 'Always 1' })
  productId!: string;

  @ApiProperty({ description: 'Epoch seconds: when it starts' })
  appliedTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds' })
  addedTimeInSeconds!: number;

  @ApiPropertyOptional({ description: 'Epoch seconds' })
  removedTimeInSeconds?: number;

  @ApiProperty({ type: ReferenceTimeRange })
  appliedTimeRange!: ReferenceTimeRange;

  @ApiProperty()
  priority!: number;

  @ApiProperty({ type: [ReferenceDiscountedInvoice], description: 'Without those that were voided' })
  entityProductInvoices!: ReferenceDiscountedInvoice[];

  @ApiPropertyOptional({ description: 'Of totalMaxDiscount, major units' })
  totalAmountLeft?: number;
}
