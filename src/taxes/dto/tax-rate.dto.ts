import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsDecimalInput } from '../../platform/http/decimal-input.js';
import type { TaxRate } from '../tax-rate.entity.js';

/** The last millisecond of the year 9999. */
const LAST_MILLI = 253_402_300_799_999;

export class TaxRateVersionRequest {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '19', description: 'Of a hundred, from 0 to 100 with at most four places' })
  @IsDecimalInput()
  percentage!: string | number;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds; absent: always before' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LAST_MILLI)
  validFromInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of it; absent: until further notice' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LAST_MILLI)
  validUntilInMillis?: number | null;
}

export class CreateTaxRateRequest extends TaxRateVersionRequest {
  @ApiProperty({ example: 'VAT', description: 'As invoices print it' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  name!: string;

  @ApiProperty({ example: 'DE', description: 'ISO 3166: a country, or a part of one such as US-CA' })
  @Matches(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, { message: 'jurisdiction must be an ISO 3166 code such as DE or US-CA' })
  jurisdiction!: string;

  @ApiPropertyOptional({ default: false, description: 'Whether prices hold it already' })
  @IsOptional()
  @IsBoolean()
  isInclusive?: boolean;
}

export class TaxRateVersionResponse {
  @ApiProperty({ example: '19' })
  percentage!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  validFromInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of it' })
  validUntilInMillis!: number | null;
}

export class TaxRateResponse {
  @ApiProperty({ example: 'txr_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  jurisdiction!: string;

  @ApiProperty()
  isInclusive!: boolean;

  @ApiProperty({ type: [TaxRateVersionResponse], description: 'In the order of time' })
  versions!: TaxRateVersionResponse[];

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function taxRateResponse({ id, name, jurisdiction, isInclusive, versions, createTime, updateTime }: TaxRate): TaxRateResponse {
  return { id, name, jurisdiction, isInclusive, versions: [...versions], createTime, updateTime };
}
