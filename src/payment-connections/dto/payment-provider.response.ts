import { ApiProperty } from '@nestjs/swagger';

export class ConfigurationFieldResponse {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ enum: ['string', 'text', 'integer', 'boolean', 'enum'] })
  type!: string;

  @ApiProperty({ description: 'Encrypted at rest and never answered back' })
  secret!: boolean;

  @ApiProperty()
  required!: boolean;

  @ApiProperty({ type: [String], required: false })
  values?: string[];

  @ApiProperty({ required: false, description: 'Regular expression' })
  pattern?: string;
}

export class ProviderCurrencyResponse {
  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: 'integer', description: "Decimal places of the provider's smallest unit" })
  exponent!: number;

  @ApiProperty({ description: 'Amounts must be a multiple of this many smallest units' })
  step!: string;

  @ApiProperty()
  minimum!: string;

  @ApiProperty()
  maximum!: string;
}

export class ProviderConnectionStatusResponse {
  @ApiProperty()
  connected!: boolean;

  @ApiProperty({ type: String, nullable: true })
  connectionId!: string | null;

  @ApiProperty({ type: String, enum: ['active', 'paused'], nullable: true })
  status!: 'active' | 'paused' | null;

  @ApiProperty({ type: String, nullable: true })
  statusReason!: string | null;
}

export class PaymentProviderResponse {
  @ApiProperty({ example: 'STRIPE', description: 'Value of the customer trait paymentProviderName' })
  name!: string;

  @ApiProperty({ example: 'Stripe' })
  displayName!: string;

  @ApiProperty({ type: String, nullable: true, example: 'stripeId', description: "The customer trait that holds this provider's customer id" })
  customerTrait!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'boolean' } })
  capabilities!: Record<string, boolean>;

  @ApiProperty({ type: [ConfigurationFieldResponse] })
  configuration!: ConfigurationFieldResponse[];

  @ApiProperty({ type: [ProviderCurrencyResponse] })
  currencies!: ProviderCurrencyResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'Pinned version of the provider\'s API' })
  apiVersion!: string | null;

  @ApiProperty({ type: ProviderConnectionStatusResponse })
  connection!: ProviderConnectionStatusResponse;
}
