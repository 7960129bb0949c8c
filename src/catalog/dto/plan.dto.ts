import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { BILLING_INTERVALS, invalid, moneyToJson, parseCurrency, type BillingInterval } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import type { PlanStatus } from '../plan.entity.js';
import type { NewPlan, PlanView } from '../plans.service.js';

const MAXIMUM_PRICES = 200;

export class MoneyRequest {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'integer' }], example: '4900', description: 'Whole minor units, such as cents; from zero' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value))
  @Matches(/^\d{1,15}$/, { message: 'amountInMinorUnits must be a whole number from zero with up to 15 digits' })
  amountInMinorUnits!: string;

  @ApiProperty({ example: 'USD' })
  @IsString()
  currency!: string;
}

export class MoneyResponse {
  @ApiProperty({ example: '4900', description: 'Whole minor units as text' })
  amountInMinorUnits!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;
}

export class BillingPeriodRequest {
  @ApiProperty({ enum: BILLING_INTERVALS, description: 'day, month and year count from the assignment’s start; calendar_month turns on the 1st. In any case' })
  @IsString()
  interval!: BillingInterval;

  @ApiPropertyOptional({ default: 1, description: 'So many intervals make one billing period' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(36_600)
  intervalsCount?: number;
}

export class CreatePlanRequest {
  @ApiProperty({ example: 'Growth' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  planName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiProperty({ example: 'USD', description: 'ISO 4217; every price of the plan has it too' })
  @IsString()
  currency!: string;

  @ApiProperty({ type: BillingPeriodRequest, description: 'How often it is billed' })
  @IsObject()
  @ValidateNested()
  @Type(() => BillingPeriodRequest)
  billingPeriod!: BillingPeriodRequest;

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'Charged whole for every billing period, at its end' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  baseFee?: MoneyRequest | null;

  @ApiPropertyOptional({ type: [String], description: 'Ids of prices, in the order of the invoice lines; one price for each product item' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAXIMUM_PRICES)
  @IsString({ each: true })
  prices?: string[];

  @ApiPropertyOptional({ default: false, description: 'New customers start on it; takes over from the default plan before' })
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean;
}

export class UpdatePlanRequest {
  @ApiPropertyOptional({ example: 'Growth' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  planName?: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use; null clears it' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiPropertyOptional({ description: 'New customers start on it; takes over from the default plan before' })
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean;

  @ApiPropertyOptional({ enum: ['active', 'deprecated'], description: 'deprecated is for ever: the plan takes no new customers and does not change' })
  @IsOptional()
  @IsIn(['active', 'deprecated'])
  status?: PlanStatus;
}

export class BillingPeriodResponse {
  @ApiProperty({ enum: BILLING_INTERVALS })
  interval!: BillingInterval;

  @ApiProperty()
  intervalsCount!: number;
}

export class PlanResponse {
  @ApiProperty({ example: 'plan_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  planName!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: BillingPeriodResponse })
  billingPeriod!: BillingPeriodResponse;

  @ApiProperty({ type: MoneyResponse })
  baseFee!: MoneyResponse;

  @ApiProperty({ type: [String], description: 'Ids of the prices, in the order of the invoice lines' })
  prices!: string[];

  @ApiProperty()
  isDefault!: boolean;

  @ApiProperty({ enum: ['active', 'deprecated'] })
  status!: PlanStatus;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

/** @throws DomainError `currency_mix` when the fee is in another currency than the plan */
export function newPlan({ prices, baseFee, ...request }: CreatePlanRequest): NewPlan {
  if (baseFee && parseCurrency(baseFee.currency) !== parseCurrency(request.currency)) {
    throw invalid('currency_mix', `The base fee is in ${parseCurrency(baseFee.currency)}, the plan in ${parseCurrency(request.currency)}: a plan has one currency.`, [
      { field: 'baseFee.currency', code: 'currency_mix', message: 'must be the plan’s currency' },
    ]);
  }
  return { ...request, priceIds: prices ?? [], baseFeeAmount: BigInt(baseFee?.amountInMinorUnits ?? 0) };
}

export function planResponse({ plan, priceIds }: PlanView): PlanResponse {
  const { id, planName, description, currency, billingPeriod, baseFeeAmount, isDefault, status, createTime, updateTime } = plan;
  return {
    id,
    planName,
    description: description ?? null,
    currency,
    billingPeriod,
    baseFee: moneyToJson({ amountInMinorUnits: baseFeeAmount, currency }),
    prices: [...priceIds],
    isDefault,
    status,
    createTime,
    updateTime,
  };
}
