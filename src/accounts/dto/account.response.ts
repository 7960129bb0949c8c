import { ApiProperty } from '@nestjs/swagger';
import { LATE_USAGE_POLICIES, NEGATIVE_TOTALS, PERIOD_CLOSES, UNUSED_FEE_POLICIES, type Account, type LateUsagePolicy, type NegativeTotals, type PeriodClose, type UnusedFeePolicy } from '../account.entity.js';
import { completeMailSenders, type MailSenders } from '../mail-senders.js';
import type { Seller } from '../seller.js';
import { MailSendersDto } from './mail-senders.dto.js';
import { SellerDto } from './seller.dto.js';

export class AccountResponse {
  @ApiProperty({ example: 'acc_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['test', 'live'] })
  mode!: 'test' | 'live';

  @ApiProperty()
  timeZone!: string;

  @ApiProperty({ example: 'en', description: 'Language tag of the documents' })
  locale!: string;

  @ApiProperty({ type: SellerDto, nullable: true, description: 'Who sends the invoices; null: the account’s name alone' })
  seller!: Seller | null;

  @ApiProperty({ type: String, nullable: true })
  defaultPaymentProviderName!: string | null;

  @ApiProperty()
  gracePeriodInHours!: number;

  @ApiProperty({ description: 'Whether a second payment for the same object is refunded without asking' })
  refundDuplicatesAutomatically!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Usage of the present month and so many before it is kept; null: all of it' })
  usageRetentionInMonths!: number | null;

  @ApiProperty({ enum: LATE_USAGE_POLICIES, description: 'What bills usage that comes, or is corrected, after its invoice was locked' })
  lateUsagePolicy!: LateUsagePolicy;

  @ApiProperty({ enum: PERIOD_CLOSES, description: 'Whether invoices are locked when their grace is over, or wait for POST /invoices/run' })
  periodClose!: PeriodClose;

  @ApiProperty({ enum: UNUSED_FEE_POLICIES, description: 'Whether fees that were billed in advance are given back, by days, where an assignment ends or changes within their period' })
  unusedFeePolicy!: UnusedFeePolicy;

  @ApiProperty({ enum: NEGATIVE_TOTALS, description: 'What becomes of an invoice that comes to less than nothing' })
  negativeTotals!: NegativeTotals;

  @ApiProperty({ type: MailSendersDto, description: 'Who mails customers about what' })
  mails!: MailSenders;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export class CreatedAccountResponse extends AccountResponse {
  @ApiProperty({ description: 'Admin key of the new account, shown only now' })
  adminKey!: string;
}

export function accountResponse(account: Account): AccountResponse {
  const { id, name, mode, timeZone, locale, defaultPaymentProviderName, gracePeriodInHours, refundDuplicatesAutomatically, lateUsagePolicy, periodClose, createTime, updateTime } = account;
  const { unusedFeePolicy, negativeTotals } = account;
  return {
    ...{ id, name, mode, timeZone, locale, gracePeriodInHours, refundDuplicatesAutomatically, lateUsagePolicy, periodClose, unusedFeePolicy, negativeTotals, createTime, updateTime },
    usageRetentionInMonths: account.usageRetentionInMonths ?? null,
    seller: account.seller ?? null,
    mails: completeMailSenders(account.mails),
    defaultPaymentProviderName: defaultPaymentProviderName ?? null,
  };
}
