import { ApiProperty } from '@nestjs/swagger';
import type { PaymentMethodSetup, ProviderPaymentMethod } from '@tollkeeper/payment-provider';

export class CardResponse {
  @ApiProperty({ example: 'visa' })
  brand!: string;

  @ApiProperty({ example: '4242' })
  last4!: string;

  @ApiProperty({ type: 'integer', example: 12 })
  expMonth!: number;

  @ApiProperty({ type: 'integer', example: 2030 })
  expYear!: number;
}

export class PaymentMethodResponse {
  @ApiProperty({ example: 'pm_1…' })
  id!: string;

  @ApiProperty({ example: 'card' })
  type!: string;

  @ApiProperty({ description: 'Invoices are charged to it' })
  isDefault!: boolean;

  @ApiProperty({ type: CardResponse, nullable: true })
  card!: CardResponse | null;
}

export class PaymentMethodSetupResponse {
  @ApiProperty({ description: "The provider's id of the set-up" })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'With mode hosted_page' })
  url!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'With mode client_secret; give it to the customer’s browser only' })
  clientSecret!: string | null;
}

export function paymentMethodResponse({ id, type, isDefault, card }: ProviderPaymentMethod): PaymentMethodResponse {
  return { id, type, isDefault, card: card === null ? null : { ...card } };
}

export function setupResponse({ id, url, clientSecret }: PaymentMethodSetup): PaymentMethodSetupResponse {
  return { id, url, clientSecret: clientSecret?.reveal() ?? null };
}
