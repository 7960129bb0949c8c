import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { textWithoutCardNumber } from '../../../customers/card-number.js';
import type { PaymentInput } from '../recorded-payments.service.js';

const LONGEST_PAYMENT_ID = 255;
const LONGEST_NOTE = 500;
/** 31 December 9999: later is another unit. */
const LATEST_TIME_IN_SECONDS = 253_402_300_799;

export class ReceivedAmountRequest {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'integer' }], example: '4900', description: 'Whole minor units, such as cents; from one' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value))
  @Matches(/^(?!0+$)\d{1,15}$/, { message: 'amountInMinorUnits must be a whole number from one with up to 15 digits' })
  amountInMinorUnits!: string;

  @ApiProperty({ example: 'EUR', description: 'The currency of the invoice' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(3)
  currency!: string;
}

export class RecordPaymentRequest {
  @ApiProperty({ type: ReceivedAmountRequest, description: 'What came in' })
  @IsObject()
  @ValidateNested()
  @Type(() => ReceivedAmountRequest)
  amount!: ReceivedAmountRequest;

  @ApiProperty({ example: 'bank_transfer', description: 'Where the money came in, in a word of yours; read in any case' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @Matches(/^[a-z0-9][a-z0-9_.-]{0,63}$/, { message: 'systemName must be 1 to 64 letters, digits, _ . -' })
  systemName!: string;

  @ApiProperty({ example: 'statement-2026-11/42', description: 'The id of the payment there. Sent again it counts once' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PAYMENT_ID)
  @Matches(/^[^\p{Cc}]*$/u, { message: 'paymentId must not contain control characters' })
  paymentId!: string;

  @ApiPropertyOptional({ type: 'integer', format: 'int64', nullable: true, description: 'Epoch seconds; default now, by the account’s clock' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_SECONDS, { message: 'paymentTimeInSeconds must be in seconds' })
  paymentTimeInSeconds?: number | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NOTE)
  note?: string | null;
}

export class ReversePaymentRequest {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Why, for your own use' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NOTE)
  note?: string | null;
}

/** @throws DomainError `card_number_refused` */
export function noteOf({ note }: { note?: string | null }): string | null {
  return textWithoutCardNumber('note', note);
}

export function paymentInput(request: RecordPaymentRequest): PaymentInput {
  const { amount, systemName, paymentId, paymentTimeInSeconds } = request;
  return {
    systemName,
    paymentId,
    amount: BigInt(amount.amountInMinorUnits),
    currency: amount.currency,
    paymentTimeInMillis: paymentTimeInSeconds == null || paymentTimeInSeconds === 0 ? null : paymentTimeInSeconds * 1_000,
    note: noteOf(request),
  };
}
