import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { BILLING_INTERVALS, type BillingInterval } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { FEE_KINDS, FEE_TIMINGS, PLAN_STATUSES, SUCCESSOR_PERIODS, type PlanFee, type PlanStatus, type SuccessorPeriods } from '../plan.entity.js';

const MAXIMUM_PRICES = 200;
const MAXIMUM_FEES = 50;

export class MoneyRequest {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'integer' }], example: '4900', description: 'Whole minor units, such as cents; from zero' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value))
  @Matches(/^\d{1,15}$/, { message: 'amountInMinorUnits must be a whole number from zero with up to 15 digits' })
  amountInMinorUnits!: string;

  @ApiProperty({ example: 'USD' })
  @IsString()
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

export class PlanFeeRequest {
  @ApiPropertyOptional({ description: 'Of a fee the draft has already; a new one gets one' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  id?: string;

  @ApiProperty({ example: 'Platform fee', description: 'What the invoice line is called' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiProperty({ type: MoneyRequest, description: 'In the plan’s currency, above zero' })
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  amount!: MoneyRequest;

  @ApiProperty({ enum: FEE_KINDS, description: 'recurring: for each billing period; one_time: with the first one' })
  @IsIn(FEE_KINDS)
  kind!: PlanFee['kind'];

  @ApiPropertyOptional({ enum: FEE_TIMINGS, default: 'in_arrears', description: 'in_advance: at the start of the period, on an invoice of its own without grace; in_arrears: with the usage at its end' })
  @IsOptional()
  @IsIn(FEE_TIMINGS)
  timing?: PlanFee['timing'];

  @ApiPropertyOptional({ default: false, description: 'A shorter period owes its share by days' })
  @IsOptional()
  @IsBoolean()
  isProrated?: boolean;
}

export class CreatePlanRequest {
  @ApiProperty({ example: 'Growth' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  planName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use; null: none' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @ApiProperty({ example: 'USD', description: 'ISO 4217; every price and amount of the plan has it too' })
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

  @ApiPropertyOptional({ type: [PlanFeeRequest], description: 'In the order of the invoice lines' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAXIMUM_FEES)
  @ValidateNested({ each: true })
  @Type(() => PlanFeeRequest)
  fees?: PlanFeeRequest[];

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'So much usage of each whole billing period costs nothing; of a shorter one its share by days' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  freeAmount?: MoneyRequest | null;

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'The least that a whole billing period costs, recurring fees and usage together; a shorter one its share by days' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  minimumAmount?: MoneyRequest | null;

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

  @ApiPropertyOptional({ enum: ['draft', 'active'], default: 'active', description: 'A draft takes no customers and may change in everything' })
  @IsOptional()
  @IsIn(['draft', 'active'])
  status?: 'draft' | 'active';
}

/** What may change: what it costs of a draft only. */
export class UpdatePlanRequest extends PartialType(OmitType(CreatePlanRequest, ['isDefault', 'status'] as const)) {
  @ApiPropertyOptional({ description: 'New customers start on it; takes over from the default plan before' })
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean;

  @ApiPropertyOptional({ enum: PLAN_STATUSES, description: 'A draft becomes active, an active plan deprecated, which is for ever: it takes no new customers and does not change' })
  @IsOptional()
  @IsIn(PLAN_STATUSES)
  status?: PlanStatus;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Of a deprecated plan: its customers go on to that one at the end of their billing period. Null takes it back' })
  @IsOptional()
  @IsString()
  successorPlanId?: string | null;

  @ApiPropertyOptional({ enum: SUCCESSOR_PERIODS, description: 'continue: there their periods turn on the days they turned on, where both plans have the same billing period; restart: they are counted from the change' })
  @IsOptional()
  @IsIn(SUCCESSOR_PERIODS)
  successorPeriods?: SuccessorPeriods;
}
