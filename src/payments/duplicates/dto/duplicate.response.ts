import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { DUPLICATE_KINDS, DUPLICATE_STATUSES, type DuplicateKind, type DuplicateStatus, type PaymentDuplicate } from '../payment-duplicate.entity.js';

export class DuplicateResponse {
  @ApiProperty({ example: 'dup_1k83tbe11b0r40m01n6c81hbc' })
  id!: string;

  @ApiProperty()
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'The document it was paid on' })
  providerInvoiceId!: string;

  @ApiProperty()
  providerPaymentId!: string;

  @ApiProperty({ enum: DUPLICATE_KINDS, description: 'Two payments of one document, two paid documents of one invoice, one payment of too much, or a document that asks for nothing any more' })
  kind!: DuplicateKind;

  @ApiProperty({ type: MoneyResponse, description: 'What was taken beyond what was due' })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Put on the customer’s balance by the provider: given back already' })
  amountToBalance!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Refunded, or on its way' })
  amountReturned!: MoneyJson;

  @ApiProperty({ enum: DUPLICATE_STATUSES })
  status!: DuplicateStatus;

  @ApiProperty({ enum: ['refund', 'customer_balance'], nullable: true })
  givenBackBy!: 'refund' | 'customer_balance' | null;

  @ApiProperty({ enum: ['account_setting', 'request'], nullable: true, description: 'Who decided to give it back: the account’s setting refundDuplicatesAutomatically, or a request' })
  decidedBy!: 'account_setting' | 'request' | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  decideTime!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  giveBackTime!: number | null;

  @ApiProperty({ description: 'When it was found; epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function duplicateResponse(duplicate: PaymentDuplicate): DuplicateResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency: duplicate.currency });
  const { id, invoiceId, customerId, providerInvoiceId, providerPaymentId, kind, status, createTime, updateTime } = duplicate;
  return {
    id,
    invoiceId,
    customerId,
    providerInvoiceId,
    providerPaymentId,
    kind,
    amount: money(duplicate.amount),
    amountToBalance: money(duplicate.amountToBalance),
    amountReturned: money(duplicate.amountReturned),
    status,
    givenBackBy: duplicate.givenBackBy ?? null,
    decidedBy: duplicate.decidedBy ?? null,
    decideTime: duplicate.decideTime ?? null,
    giveBackTime: duplicate.giveBackTime ?? null,
    createTime,
    updateTime,
  };
}
