import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { IsDecimalInput } from '../../../platform/http/decimal-input.js';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { PageRequest } from '../../../platform/http/paging.js';
import type { ManualCharge } from '../manual-charge.entity.js';

const MOST_CHARGES = 250;
const LONGEST_TERM_IN_DAYS = 730;

export class ManualChargeRequest {
  @ApiProperty({ example: 'On-site training', description: 'What the invoice line is called' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  description!: string;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true, default: '1', example: '2.5', description: 'Above zero' })
  @IsOptional()
  @IsDecimalInput()
  quantity?: string | number | null;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '99.50', description: 'Major units, not below zero' })
  @IsDecimalInput()
  unitPrice!: string | number;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'What it is taxed and reported as' })
  @IsOptional()
  @IsString()
  productItemId?: string | null;
}

export class CreatePendingChargeRequest extends ManualChargeRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ example: 'USD', description: 'It waits for an invoice in this currency' })
  @IsString()
  currency!: string;
}

export class CreateOneOffInvoiceRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ example: 'USD' })
  @IsString()
  currency!: string;

  @ApiProperty({ type: [ManualChargeRequest], description: 'Its lines, in this order' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_CHARGES)
  @ValidateNested({ each: true })
  @Type(() => ManualChargeRequest)
  charges!: ManualChargeRequest[];

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'The customer is sent the invoice and has so many days; default: what was agreed with the customer, or what the connection says' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_TERM_IN_DAYS)
  daysUntilDue?: number | null;
}

export class PendingChargeListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only charges of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ enum: ['pending', 'billed'], description: 'Default: both' })
  @IsOptional()
  @IsIn(['pending', 'billed'])
  status?: 'pending' | 'billed';
}

export class PendingChargeResponse {
  @ApiProperty({ example: 'chg_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ enum: ['pending', 'billed'] })
  status!: 'pending' | 'billed';

  @ApiProperty({ type: String, nullable: true, description: 'The invoice that it is on' })
  invoiceId!: string | null;

  @ApiProperty()
  description!: string;

  @ApiProperty({ description: 'Exact decimal' })
  quantity!: string;

  @ApiProperty({ description: 'Exact decimal, major units' })
  unitPrice!: string;

  @ApiProperty({ type: MoneyResponse, description: 'Quantity × unit price, rounded once' })
  amount!: MoneyJson;

  @ApiProperty({ type: String, nullable: true })
  productItemId!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export function pendingChargeResponse({ id, customerId, invoiceId, description, quantity, unitPrice, amount, currency, productItemId, createTime }: ManualCharge): PendingChargeResponse {
  const status = invoiceId == null ? 'pending' : 'billed';
  return {
    ...{ id, customerId, status, invoiceId: invoiceId ?? null, description, quantity: quantity.toString(), unitPrice: unitPrice.toString() },
    ...{ amount: moneyToJson({ amountInMinorUnits: amount, currency }), productItemId: productItemId ?? null, createTime },
  };
}
