import { ApiProperty } from '@nestjs/swagger';
import { LATE_USAGE_POLICIES, type Account, type LateUsagePolicy } from '../account.entity.js';
import type { Seller } from '../seller.js';
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
  const { id, name, mode, timeZone, locale, defaultPaymentProviderName, gracePeriodInHours, refundDuplicatesAutomatically, lateUsagePolicy, createTime, updateTime } = account;
  return {
    ...{ id, name, mode, timeZone, locale, gracePeriodInHours, refundDuplicatesAutomatically, lateUsagePolicy, createTime, updateTime },
    usageRetentionInMonths: account.usageRetentionInMonths ?? null,
    seller: account.seller ?? null,
    defaultPaymentProviderName: defaultPaymentProviderName ?? null,
  };
}
