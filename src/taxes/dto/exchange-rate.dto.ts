import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsDecimalInput } from '../../platform/http/decimal-input.js';
import { PageRequest } from '../../platform/http/paging.js';
import type { ExchangeRate } from '../exchange-rate.entity.js';

/** Three years of one pair, day by day. */
const MOST_RATES = 1_000;
const LONGEST = 10;

export class ExchangeRateRequest {
  @ApiProperty({ example: 'USD' })
  @IsString()
  @MaxLength(LONGEST)
  fromCurrency!: string;

  @ApiProperty({ example: 'EUR' })
  @IsString()
  @MaxLength(LONGEST)
  toCurrency!: string;

  @ApiProperty({ example: '2027-01-31', description: 'In the account’s calendar; holds until the next one of the pair' })
  @IsString()
  @MaxLength(LONGEST)
  date!: string;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '0.9234', description: 'What a unit of the one is worth in the other; up to 12 places' })
  @IsDecimalInput()
  rate!: string | number;
}

export class ExchangeRatesRequest {
  @ApiProperty({ type: [ExchangeRateRequest], description: 'One of the same pair and day is replaced' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_RATES)
  @ValidateNested({ each: true })
  @Type(() => ExchangeRateRequest)
  rates!: ExchangeRateRequest[];
}

export class ExchangeRateListRequest extends PageRequest {
  @ApiPropertyOptional({ example: 'USD', description: 'Rates from this currency alone' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  fromCurrency?: string;

  @ApiPropertyOptional({ example: 'EUR', description: 'Rates to this currency alone' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  toCurrency?: string;
}

export class ExchangeRateResponse {
  @ApiProperty()
  fromCurrency!: string;

  @ApiProperty()
  toCurrency!: string;

  @ApiProperty()
  date!: string;

  @ApiProperty({ example: '0.9234' })
  rate!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function exchangeRateResponse({ fromCurrency, toCurrency, date, rate, updateTime }: ExchangeRate): ExchangeRateResponse {
  return { fromCurrency, toCurrency, date, rate: rate.toString(), updateTime };
}
