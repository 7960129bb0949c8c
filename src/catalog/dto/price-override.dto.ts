import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { moneyToJson } from '@tollkeeper/kernel';
import type { PriceModel } from '@tollkeeper/rating';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Min, ValidateIf, ValidateNested } from 'class-validator';
import { MoneyResponse } from '../../platform/http/money.response.js';
import { PageRequest } from '../../platform/http/paging.js';
import type { NewPriceOverride, OverrideView } from '../price-overrides/price-overrides.service.js';
import { MoneyRequest } from './plan.request.js';
import { PriceRuleRequest } from './price.dto.js';
import { PRICE_MODEL_SCHEMA } from './price-model.dto.js';

export class CreatePriceOverrideRequest extends PriceRuleRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The price in whose place the customer pays by model (or price, or priceGenerator), on whatever plan' })
  @IsOptional()
  @IsString()
  priceId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'With feeId: the plan' })
  @IsOptional()
  @IsString()
  planId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'base_fee', description: 'A fee of the plan, of which the customer pays amount; base_fee, minimum_amount and free_amount are the plan’s own' })
  @IsOptional()
  @IsString()
  feeId?: string | null;

  @ApiPropertyOptional({ type: MoneyRequest, nullable: true, description: 'Of the fee, the minimum or the free amount, in the plan’s currency; zero waives it' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  amount?: MoneyRequest | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds; default: now. From the start of the day, in the account’s zone, that holds it. An amount of a plan is what it is at the start of a period' })
  @IsOptional()
  @IsInt()
  @Min(0)
  effectiveFromTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds; null: without end. Up to the end of the day that holds it; the start of a day ends it there' })
  @IsOptional()
  @IsInt()
  @Min(0)
  effectiveToTimeInMillis?: number | null;
}

export class UpdatePriceOverrideRequest {
  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds; null: without end. Equal to the start: withdrawn, where nothing was billed by it' })
  @ValidateIf((request: UpdatePriceOverrideRequest) => request.effectiveToTimeInMillis !== null)
  @IsInt()
  @Min(0)
  effectiveToTimeInMillis!: number | null;
}

export class PriceOverrideListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only those of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

export class PriceOverrideResponse {
  @ApiProperty({ example: 'pov_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null: of an amount of a plan' })
  priceId!: string | null;

  @ApiProperty({ ...PRICE_MODEL_SCHEMA, nullable: true })
  model!: PriceModel | null;

  @ApiProperty({ type: String, nullable: true })
  planId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  feeId!: string | null;

  @ApiProperty({ type: MoneyResponse, nullable: true })
  amount!: MoneyResponse | null;

  @ApiProperty({ description: 'Epoch milliseconds, the start of a day in the account’s zone' })
  effectiveFromTimeInMillis!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of it; null: without end; equal to the start: withdrawn' })
  effectiveToTimeInMillis!: number | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function newPriceOverride({ amount, ...request }: CreatePriceOverrideRequest): NewPriceOverride {
  return { ...request, amount: amount == null ? null : { amountInMinorUnits: BigInt(amount.amountInMinorUnits), currency: amount.currency } };
}

export function priceOverrideResponse({ override, currency }: OverrideView): PriceOverrideResponse {
  const { id, customerId, priceId, model, planId, feeId, amount, effectiveFromInMillis, effectiveToInMillis, createTime, updateTime } = override;
  return {
    ...{ id, customerId, createTime, updateTime },
    priceId: priceId ?? null,
    model: model ?? null,
    planId: planId ?? null,
    feeId: feeId ?? null,
    amount: amount == null || currency === null ? null : moneyToJson({ amountInMinorUnits: amount, currency }),
    effectiveFromTimeInMillis: effectiveFromInMillis,
    effectiveToTimeInMillis: effectiveToInMillis ?? null,
  };
}
