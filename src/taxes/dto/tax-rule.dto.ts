import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { TAX_EXEMPTIONS, type TaxExemption } from '../tax-rule.entity.js';

/** What a line of an invoice may be taxed by at once; a provider takes 20. */
const MOST_RATES = 10;
const LONGEST_ID = 64;

export class TaxRuleDto {
  @ApiProperty({ type: [String], example: ['txr_1m4c9ibg0q1f3v5n7k8d2e6h4j'], description: 'Of one place together, e.g. a state’s and a city’s. Empty: none' })
  @IsArray()
  @ArrayMaxSize(MOST_RATES)
  @IsString({ each: true })
  @MaxLength(LONGEST_ID, { each: true })
  taxRateIds!: string[];
}

export class CustomerTaxDto extends TaxRuleDto {
  @ApiPropertyOptional({ enum: TAX_EXEMPTIONS, default: 'none', description: 'exempt: no tax; reverse: the customer owes it to the tax office, as invoices then say' })
  @IsOptional()
  @IsIn(TAX_EXEMPTIONS)
  exemption?: TaxExemption;
}
