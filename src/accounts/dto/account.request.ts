import { ApiProperty, ApiPropertyOptional, PartialType, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, IsTimeZone, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { LATE_USAGE_POLICIES, NEGATIVE_TOTALS, PERIOD_CLOSES, UNUSED_FEE_POLICIES, type LateUsagePolicy, type NegativeTotals, type PeriodClose, type UnusedFeePolicy } from '../account.entity.js';
import { MailSendersDto } from './mail-senders.dto.js';
import { SellerDto } from './seller.dto.js';

export class CreateAccountRequest {
  @ApiProperty({ example: 'Acme test' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @ApiProperty({ enum: ['test', 'live'], description: 'Fixed for ever; keys of a provider must be of the same mode' })
  @IsIn(['test', 'live'])
  mode!: 'test' | 'live';

  @ApiPropertyOptional({ example: 'Europe/Berlin', default: 'UTC', description: 'IANA zone in which billing periods start' })
  @IsOptional()
  @IsTimeZone()
  timeZone?: string;

  @ApiPropertyOptional({ example: 'de-AT', default: 'en', description: 'Language tag: in its formats and, where there are words for it, in its language invoices are printed' })
  @IsOptional()
  @IsString()
  locale?: string;

  @ApiPropertyOptional({ type: SellerDto, nullable: true, description: 'Who sends the invoices, as they say it; replaced as a whole. null: the account’s name alone' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SellerDto)
  seller?: SellerDto | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'STRIPE', description: 'For customers without the trait paymentProviderName; null: none' })
  @IsOptional()
  @IsString()
  defaultPaymentProviderName?: string | null;

  @ApiPropertyOptional({ default: 24, description: 'Hours between period end and price lock, unless the connection says otherwise' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(744)
  gracePeriodInHours?: number;

  @ApiPropertyOptional({ default: false, description: 'Refund a second payment for the same object without asking' })
  @IsOptional()
  @IsBoolean()
  refundDuplicatesAutomatically?: boolean;

  @ApiPropertyOptional({ type: Number, nullable: true, minimum: 1, maximum: 1_200, description: 'Usage of the present month and so many before it is kept, the rest dropped for good; null: all of it, for ever' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_200)
  usageRetentionInMonths?: number | null;

  @ApiPropertyOptional({ enum: LATE_USAGE_POLICIES, default: 'adjustment_invoice', description: 'What bills usage that comes, or is corrected, after its invoice was locked: an invoice of its own, or a line of the next one' })
  @IsOptional()
  @IsIn(LATE_USAGE_POLICIES)
  lateUsagePolicy?: LateUsagePolicy;

  @ApiPropertyOptional({ enum: PERIOD_CLOSES, default: 'automatic', description: 'automatic: invoices are locked when their grace is over. on_request: from then on they wait, and late events count, until POST /invoices/run' })
  @IsOptional()
  @IsIn(PERIOD_CLOSES)
  periodClose?: PeriodClose;

  @ApiPropertyOptional({ enum: UNUSED_FEE_POLICIES, default: 'give_back', description: 'Whether fees that were billed in advance are given back, by days, where an assignment ends or changes within their period' })
  @IsOptional()
  @IsIn(UNUSED_FEE_POLICIES)
  unusedFeePolicy?: UnusedFeePolicy;

  @ApiPropertyOptional({ enum: NEGATIVE_TOTALS, default: 'carry_forward', description: 'What becomes of an invoice that comes to less than nothing: a line of the customer’s next invoice, or a credit note on an earlier one, by which money that was paid goes to the customer’s balance at the provider or is refunded' })
  @IsOptional()
  @IsIn(NEGATIVE_TOTALS)
  negativeTotals?: NegativeTotals;

  @ApiPropertyOptional({ type: MailSendersDto, description: 'Who mails customers about what; kinds that are not named stay as they are. smtp needs a mail server of the installation' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MailSendersDto)
  mails?: MailSendersDto;
}

export class UpdateAccountRequest extends PartialType(OmitType(CreateAccountRequest, ['mode'] as const)) {}
