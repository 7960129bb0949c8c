import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, IsUrl, Matches, MaxLength } from 'class-validator';

const LONGEST_ID = 255;
const LONGEST_URL = 2_048;

export class PaymentMethodSetupRequest {
  @ApiPropertyOptional({ enum: ['hosted_page', 'client_secret'], default: 'hosted_page', description: "hosted_page: answers the provider's page; client_secret: for its script in your own page" })
  @IsOptional()
  @IsIn(['hosted_page', 'client_secret'])
  mode?: 'hosted_page' | 'client_secret';

  @ApiPropertyOptional({ description: 'Where the hosted page sends the customer back to. Default: PUBLIC_URL', example: 'https://shop.example/account' })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(LONGEST_URL)
  returnUrl?: string;

  @ApiPropertyOptional({ description: 'ISO 4217; decides which kinds of method the hosted page offers', default: 'USD', example: 'EUR' })
  @IsOptional()
  @Matches(/^[A-Za-z]{3}$/, { message: 'currency must be three letters of ISO 4217' })
  currency?: string;
}

export class AttachPaymentMethodRequest {
  @ApiProperty({ description: "A method's id at the provider, or on a test account the name of a test card", example: 'pm_card_visa' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  @Matches(/^[\x21-\x7e]*$/, { message: 'paymentMethodId must not contain spaces' })
  paymentMethodId!: string;
}
