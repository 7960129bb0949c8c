import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsNotEmpty, IsObject, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { PageRequest } from '../../../platform/http/paging.js';

/** An amount to give back. Zero and less are refused by name, so that every wrong amount is answered alike. */
export class ReturnedAmountRequest {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'integer' }], example: '500', description: 'Whole minor units, such as cents; more than zero' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value))
  @Matches(/^-?\d{1,15}$/, { message: 'amountInMinorUnits must be a whole number with up to 15 digits' })
  amountInMinorUnits!: string;

  @ApiProperty({ example: 'USD' })
  @IsString()
  currency!: string;
}

export class CreateRefundRequest {
  @ApiPropertyOptional({ type: ReturnedAmountRequest, nullable: true, description: 'Default: all that is left of the payment' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ReturnedAmountRequest)
  amount?: ReturnedAmountRequest | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Which of the invoice’s payments; needed where there are several', example: 'pi_3Q…' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  providerPaymentId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use', example: 'Outage on 3 May' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true, description: 'Gives it back by a credit note, which owns the refund and returns the tax of it; without one, no tax goes back' })
  @IsOptional()
  @IsBoolean()
  creditNote?: boolean | null;
}

export class ListRefundsRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only refunds to this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only refunds of this invoice' })
  @IsOptional()
  @IsString()
  invoiceId?: string;
}
