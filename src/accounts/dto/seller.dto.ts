import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString, Matches, MaxLength, MinLength, ValidateBy, ValidateNested, type ValidationArguments } from 'class-validator';
import { isTaxIdWellFormed } from '../tax-id-format.js';

const LONGEST_LINE = 256;
const LONGEST_EMAIL = 512;
/** Two dozen lines of small print. */
const LONGEST_TEXT = 2_000;
export const MOST_TAX_IDS = 10;

function IsNumberOfItsKind(): PropertyDecorator {
  return ValidateBy({
    name: 'isNumberOfItsKind',
    validator: {
      validate: (value, validation) => typeof value !== 'string' || isTaxIdWellFormed({ type: kindOf(validation), value }),
      defaultMessage: (validation) => `value is no ${kindOf(validation)} number: its form or its check digits are wrong`,
    },
  });
}

function kindOf(validation: ValidationArguments | undefined): string {
  const { type } = (validation?.object ?? {}) as { type?: unknown };
  return typeof type === 'string' ? type : '';
}

export class TaxIdDto {
  @ApiProperty({ example: 'eu_vat', description: 'What kind of number, as payment providers name it' })
  @Matches(/^[a-z][a-z0-9_]{1,39}$/, { message: 'type must be lower-case letters, digits and underscores, e.g. eu_vat' })
  type!: string;

  @ApiProperty({ example: 'DE136695976', description: 'Of the kinds eu_vat, gb_vat, ch_vat, no_vat, au_abn, in_gst and some more, form and check digits are checked' })
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  @IsNumberOfItsKind()
  value!: string;
}

export class SellerAddressDto {
  @ApiPropertyOptional({ example: 'Hauptstraße 1' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  line1?: string;

  @ApiPropertyOptional({ example: 'Aufgang B' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  line2?: string;

  @ApiPropertyOptional({ example: 'Berlin' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  city?: string;

  @ApiPropertyOptional({ description: 'State, county, province or region' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  state?: string;

  @ApiPropertyOptional({ example: '10115' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  postalCode?: string;

  @ApiPropertyOptional({ example: 'DE', description: 'ISO 3166-1 alpha-2; printed by its name' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  country?: string;
}

export class SellerDto {
  @ApiPropertyOptional({ example: 'Tollworks GmbH', description: 'Absent: the account’s name' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  legalName?: string;

  @ApiPropertyOptional({ type: SellerAddressDto, description: 'Printed as letters are addressed in its country' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SellerAddressDto)
  address?: SellerAddressDto;

  @ApiPropertyOptional({ type: [TaxIdDto], description: 'Printed with their kind, e.g. EU VAT' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_TAX_IDS)
  @ValidateNested({ each: true })
  @Type(() => TaxIdDto)
  taxIds?: TaxIdDto[];

  @ApiPropertyOptional({ example: 'billing@tollworks.example' })
  @IsOptional()
  @MaxLength(LONGEST_EMAIL)
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: 'email must be an e-mail address' })
  email?: string;

  @ApiPropertyOptional({ example: '+49 30 1234567' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  phone?: string;

  @ApiPropertyOptional({ example: 'tollworks.example' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  website?: string;

  @ApiPropertyOptional({ example: 'Payable within 14 days without deduction.', description: 'Printed with what is to be paid; may have several lines' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  paymentTerms?: string;

  @ApiPropertyOptional({ example: 'Amtsgericht Charlottenburg HRB 12345 B', description: 'Printed at the end; may have several lines' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  footer?: string;
}
