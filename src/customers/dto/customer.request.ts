import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { MOST_TAX_IDS, TaxIdDto } from '../../accounts/dto/seller.dto.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { COLLECTION_METHODS, LIFECYCLE_STAGES, type CustomerCollectionMethod, type LifecycleStage } from '../customer.entity.js';
import { AbsentWhenEmpty, LenientBoolean, LowerCase } from './absent-when-empty.js';

/** Fits into the metadata value of a provider (500 at Stripe) with room for other text. */
const LONGEST_CUSTOMER_ID = 255;
/** Stripe's limits for name and e-mail. */
const LONGEST_NAME = 256;
const LONGEST_EMAIL = 512;
const LONGEST_DESCRIPTION = 2_000;
const LONGEST_ADDRESS_PART = 256;
const MOST_BILLING_EMAILS = 20;
/** As a connection's. */
const LONGEST_TERM_IN_DAYS = 365;

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

export class CustomerBillingDto {
  @ApiPropertyOptional({ example: 'Acme Corporation Ltd.', description: 'Absent: the customer’s name' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  legalName?: string;

  @ApiPropertyOptional({ type: [TaxIdDto], description: 'Printed with their kind, e.g. EU VAT' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_TAX_IDS)
  @ValidateNested({ each: true })
  @Type(() => TaxIdDto)
  taxIds?: TaxIdDto[];

  @ApiPropertyOptional({ example: 'PO-2026-118', description: 'Printed on every invoice' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  purchaseOrderNumber?: string;

  @ApiPropertyOptional({ type: [String], example: ['invoices@acme.example'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_BILLING_EMAILS)
  @MaxLength(LONGEST_EMAIL, { each: true })
  @Matches(/^[^\s@]+@[^\s@]+$/, { each: true, message: 'billingEmails must be e-mail addresses' })
  billingEmails?: string[];

  @ApiPropertyOptional({ enum: COLLECTION_METHODS, description: 'Agreed with this customer; absent: as the connection does' })
  @IsOptional()
  @IsIn(COLLECTION_METHODS)
  collectionMethod?: CustomerCollectionMethod;

  @ApiPropertyOptional({ example: 30, minimum: 1, maximum: LONGEST_TERM_IN_DAYS, description: 'Payment terms of this customer, where invoices are sent or paid by instructions; absent: the connection’s' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_TERM_IN_DAYS)
  daysUntilDue?: number;

  @ApiPropertyOptional({ example: 'EUR', description: 'Of invoices, from the next period on that opens; exchanged by the account’s rates. Absent: the plan’s' })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  currency?: string;
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

  @ApiPropertyOptional({ type: CustomerBillingDto, nullable: true, description: 'What invoices say of the customer beside name and address. Absent on PUT: stays as it is; null or {} clears it' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CustomerBillingDto)
  billing?: CustomerBillingDto | null;

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
