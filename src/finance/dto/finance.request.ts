import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Max, Min, registerDecorator } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import type { LedgerAccountLabel } from '../ledger/ledger-accounts.js';

/** The year 9998: months end after it. */
const LATEST_TIME_IN_MILLIS = 253_339_228_800_000;
const LONGEST_CODE = 64;
const LONGEST_NAME = 200;

const upperCase = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.toUpperCase() : value);

export class AgeingRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Epoch milliseconds by the account’s clock; default now. What was owed then, not what became of it since' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_MILLIS)
  asOfTimeInMillis?: number;

  @ApiPropertyOptional({ description: 'Only this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ example: 'USD', description: 'Only this currency' })
  @IsOptional()
  @Transform(upperCase)
  @IsString()
  currency?: string;

  @ApiPropertyOptional({ enum: ['customer', 'currency'], default: 'customer', description: 'currency: one row for all customers' })
  @IsOptional()
  @IsIn(['customer', 'currency'])
  groupBy?: 'customer' | 'currency';
}

export class StatementRequest {
  @ApiProperty({ description: 'Whose statement' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiPropertyOptional({ example: 'USD', description: 'Only this currency' })
  @IsOptional()
  @Transform(upperCase)
  @IsString()
  currency?: string;

  @ApiPropertyOptional({ description: 'Epoch milliseconds, inclusive; default: from the beginning' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_MILLIS)
  startTimeInMillis?: number;

  @ApiPropertyOptional({ description: 'Epoch milliseconds, exclusive; default: until now' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_MILLIS)
  endTimeInMillis?: number;
}

export class MonthsRequest {
  @ApiPropertyOptional({ example: '2026-01', description: 'Default: eleven months before toMonth; at most 36 months in one report' })
  @IsOptional()
  @IsString()
  fromMonth?: string;

  @ApiPropertyOptional({ example: '2026-12', description: 'Inclusive; default: the present month of the account' })
  @IsOptional()
  @IsString()
  toMonth?: string;

  @ApiPropertyOptional({ example: 'USD', description: 'Only this currency' })
  @IsOptional()
  @Transform(upperCase)
  @IsString()
  currency?: string;
}

export class JournalRequest extends PageRequest {
  @ApiPropertyOptional({ example: '2026-01', description: 'Default: from the beginning' })
  @IsOptional()
  @IsString()
  fromMonth?: string;

  @ApiPropertyOptional({ example: '2026-12', description: 'Inclusive; default: all there is, revenue that is still to be earned among it' })
  @IsOptional()
  @IsString()
  toMonth?: string;

  @ApiPropertyOptional({ description: 'Only entries of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only entries of this invoice' })
  @IsOptional()
  @IsString()
  invoiceId?: string;
}

/** What the reports take; each export uses what its report has. */
export class ExportRequest {
  @ApiPropertyOptional({ enum: ['csv', 'ndjson'], default: 'csv', description: 'A line a row, either way' })
  @IsOptional()
  @IsIn(['csv', 'ndjson'])
  format?: 'csv' | 'ndjson';

  @ApiPropertyOptional({ description: 'ageing: epoch milliseconds; default now' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_MILLIS)
  asOfTimeInMillis?: number;

  @ApiPropertyOptional({ enum: ['customer', 'currency'], default: 'customer', description: 'ageing' })
  @IsOptional()
  @IsIn(['customer', 'currency'])
  groupBy?: 'customer' | 'currency';

  @ApiPropertyOptional({ description: 'ageing, journal; needed for statement' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'journal' })
  @IsOptional()
  @IsString()
  invoiceId?: string;

  @ApiPropertyOptional({ example: 'USD', description: 'all but journal' })
  @IsOptional()
  @Transform(upperCase)
  @IsString()
  currency?: string;

  @ApiPropertyOptional({ description: 'statement: epoch milliseconds, inclusive' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_MILLIS)
  startTimeInMillis?: number;

  @ApiPropertyOptional({ description: 'statement: epoch milliseconds, exclusive' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_MILLIS)
  endTimeInMillis?: number;

  @ApiPropertyOptional({ example: '2026-01', description: 'revenue, tax, journal' })
  @IsOptional()
  @IsString()
  fromMonth?: string;

  @ApiPropertyOptional({ example: '2026-12', description: 'revenue, tax, journal; inclusive' })
  @IsOptional()
  @IsString()
  toMonth?: string;
}

export class CloseMonthRequest {
  @ApiPropertyOptional({ default: false, description: 'Although invoices of periods that ended in it are not locked yet; their revenue is booked in a later month' })
  @IsOptional()
  @IsBoolean()
  despiteOpenInvoices?: boolean | null;
}

/** Each an object with code and name, or null. */
function AreLabels(): PropertyDecorator {
  const isText = (value: unknown, longest: number): boolean => typeof value === 'string' && value.trim() !== '' && value.length <= longest;
  const isLabel = (value: unknown): boolean => {
    if (value === null) return true;
    if (typeof value !== 'object' || Array.isArray(value)) return false;
    const { code, name, ...others } = value as Record<string, unknown>;
    return isText(code, LONGEST_CODE) && isText(name, LONGEST_NAME) && Object.keys(others).length === 0;
  };
  return (object, propertyName) =>
    registerDecorator({
      name: 'areLabels',
      target: object.constructor,
      propertyName: String(propertyName),
      options: { message: `each of ledgerAccounts must be null or have a code of up to ${LONGEST_CODE} characters and a name of up to ${LONGEST_NAME}` },
      validator: { validate: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isLabel) },
    });
}

export class FinanceSettingsRequest {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', nullable: true, properties: { code: { type: 'string', maxLength: LONGEST_CODE }, name: { type: 'string', maxLength: LONGEST_NAME } } },
    example: { revenue: { code: '8400', name: 'Erlöse 19 % USt' } },
    description: 'By the ledger’s own name; those left out stay, null is the default again',
  })
  @IsObject()
  @AreLabels()
  ledgerAccounts!: Record<string, LedgerAccountLabel | null>;
}
