import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsNotEmpty, IsObject, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { LIFECYCLE_STAGES, type LifecycleStage } from '../customer.entity.js';
import { AbsentWhenEmpty, LenientBoolean, LowerCase } from './absent-when-empty.js';

/** Fits into the metadata value of a provider (500 at Stripe) with room for other text. */
const LONGEST_CUSTOMER_ID = 255;
/** Stripe's limits for name and e-mail. */
const LONGEST_NAME = 256;
const LONGEST_EMAIL = 512;
const LONGEST_DESCRIPTION = 2_000;
const LONGEST_ADDRESS_PART = 256;

export class AddressRequest {
  @ApiPropertyOptional({ example: 'Hauptstraße 1' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ADDRESS_PART)
  line1?: string;

  @ApiPropertyOptional({ example: 'Berlin' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ADDRESS_PART)
  city?: string;

  @ApiPropertyOptional({ description: 'State, county, province or region' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ADDRESS_PART)
  state?: string;

  @ApiPropertyOptional({ example: '10115' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ADDRESS_PART)
  postalCode?: string;

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2, as payment providers want it', example: 'DE' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ADDRESS_PART)
  country?: string;
}

@IgnoresUnknownFields()
export class CustomerRequest {
  @ApiProperty({ description: "The seller's own id", example: 'acme-corp' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_CUSTOMER_ID)
  @Matches(/^[^\p{Cc}]*$/u, { message: 'customerId must not contain control characters' })
  customerId!: string;

  @ApiProperty({ example: 'Acme Corporation' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  customerName!: string;

  @ApiPropertyOptional({ example: 'billing@acme.example' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_EMAIL)
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: 'customerEmail must be an e-mail address' })
  customerEmail?: string;

  @ApiPropertyOptional({ description: 'For your own use. Absent on PUT: cleared' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;

  @ApiPropertyOptional({ description: 'Absent on PUT: stays as it is', default: true })
  @LenientBoolean()
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ description: 'Absent on PUT: stays as it is', default: false })
  @LenientBoolean()
  @IsOptional()
  @IsBoolean()
  test?: boolean;

  @ApiPropertyOptional({ enum: LIFECYCLE_STAGES, description: 'Absent on PUT: stays as it is', default: 'active' })
  @LowerCase()
  @IsOptional()
  @IsIn(LIFECYCLE_STAGES)
  lifecycleStage?: LifecycleStage;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Absent on PUT: cleared. paymentProviderName selects the payment provider; the provider\'s own trait (stripeId) links an existing customer there and is checked with the provider. Their names are read case-insensitively',
    example: { paymentProviderName: 'STRIPE', stripeId: 'cus_NffrFeUfNV2Hib' },
  })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsObject()
  traits?: Record<string, unknown>;

  @ApiPropertyOptional({ type: AddressRequest, description: 'Absent on PUT: cleared' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressRequest)
  address?: AddressRequest;

  @ApiPropertyOptional({ description: 'Create the customer at Stripe as well; also accepted in the query' })
  @LenientBoolean()
  @IsOptional()
  @IsBoolean()
  autoCreateCustomerInStripe?: boolean;

  @ApiPropertyOptional({ description: "Create the customer at the provider of the trait paymentProviderName, else of the account; also accepted in the query" })
  @LenientBoolean()
  @IsOptional()
  @IsBoolean()
  autoCreateCustomerInProvider?: boolean;
}
