import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Decimal, moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { MoneyRequest } from '../../catalog/dto/plan.request.js';
import { MoneyResponse } from '../../platform/http/money.response.js';
import { PROMOTION_DURATIONS, PROMOTION_KINDS, PROMOTION_STATUSES, type Promotion } from '../promotion.entity.js';

const MOST_IDS = 200;
const FURTHEST_PRIORITY = 1_000;
const MOST_PERIODS = 1_000;

export class CreatePromotionRequest {
  @ApiProperty({ example: 'Launch offer', description: 'Unique; invoices call the discount so' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  promotionName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true, example: '12.5', description: 'Above 0, up to 100; either this or amount' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' && Decimal.isParsable(value) ? Decimal.textOf(value) : value))
  @IsString({ message: 'percentage must be a decimal with up to 12 places' })
  @MaxLength(40)
  percentage?: string | null;

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'Taken off each billing period, above zero; either this or percentage' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  amount?: MoneyRequest | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'Holds for the lines of these product items; default: the whole invoice' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_IDS)
  @IsString({ each: true })
  productItemIds?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'Holds for invoices of these plans; default: any' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_IDS)
  @IsString({ each: true })
  planIds?: string[] | null;

  @ApiPropertyOptional({ enum: PROMOTION_DURATIONS, default: 'once', description: 'For one billing period, for periodCount of them, or without end. A period in which there was nothing to take off is not counted' })
  @IsOptional()
  @IsIn(PROMOTION_DURATIONS)
  duration?: Promotion['duration'];

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'With duration periods' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_PERIODS)
  periodCount?: number | null;

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'The most that a percentage takes off a billing period' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  maximumPerPeriod?: MoneyRequest | null;

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'The most that one customer gets in total' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  maximumInTotal?: MoneyRequest | null;

  @ApiPropertyOptional({ default: 0, description: 'Of a customer’s discounts, lower ones are taken off first' })
  @IsOptional()
  @IsInt()
  @Min(-FURTHEST_PRIORITY)
  @Max(FURTHEST_PRIORITY)
  priority?: number;
}

export class UpdatePromotionRequest {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Null: none' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiPropertyOptional({ enum: PROMOTION_STATUSES, description: 'Nobody gets a deprecated one; who has it keeps it' })
  @IsOptional()
  @IsIn(PROMOTION_STATUSES)
  status?: Promotion['status'];
}

export class PromotionResponse {
  @ApiProperty({ example: 'promo_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  promotionName!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ enum: PROMOTION_KINDS })
  kind!: Promotion['kind'];

  @ApiProperty({ type: String, nullable: true, description: 'Exact decimal; null where it is an amount' })
  percentage!: string | null;

  @ApiProperty({ type: MoneyResponse, nullable: true })
  amount!: MoneyJson | null;

  @ApiProperty({ type: [String], nullable: true, description: 'Null: the whole invoice' })
  productItemIds!: readonly string[] | null;

  @ApiProperty({ type: [String], nullable: true, description: 'Null: any plan' })
  planIds!: readonly string[] | null;

  @ApiProperty({ enum: PROMOTION_DURATIONS })
  duration!: Promotion['duration'];

  @ApiProperty({ type: Number, nullable: true })
  periodCount!: number | null;

  @ApiProperty({ type: MoneyResponse, nullable: true })
  maximumPerPeriod!: MoneyJson | null;

  @ApiProperty({ type: MoneyResponse, nullable: true })
  maximumInTotal!: MoneyJson | null;

  @ApiProperty()
  priority!: number;

  @ApiProperty({ enum: PROMOTION_STATUSES })
  status!: Promotion['status'];

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function promotionResponse(promotion: Promotion): PromotionResponse {
  const money = (amountInMinorUnits: bigint | null | undefined): MoneyJson | null => (amountInMinorUnits == null ? null : moneyToJson({ amountInMinorUnits, currency: promotion.currency ?? '' }));
  const { id, promotionName, kind, duration, priority, status, createTime, updateTime } = promotion;
  return {
    ...{ id, promotionName, description: promotion.description ?? null, kind, percentage: promotion.percentage?.toString() ?? null, amount: money(promotion.amount) },
    ...{ productItemIds: promotion.productItemIds ?? null, planIds: promotion.planIds ?? null, duration, periodCount: promotion.periodCount ?? null },
    ...{ maximumPerPeriod: money(promotion.maximumPerPeriod), maximumInTotal: money(promotion.maximumInTotal), priority, status, createTime, updateTime },
  };
}
