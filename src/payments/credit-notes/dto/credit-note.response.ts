import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { CREDIT_NOTE_STATUSES, type CreditNote, type CreditNoteStatus } from '../credit-note.entity.js';

export class CreditNoteResponse {
  @ApiProperty({ example: 'crn_1k83tbe11b0r40m01n6c81hbc' })
  id!: string;

  @ApiProperty()
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null until the provider has answered' })
  providerCreditNoteId!: string | null;

  @ApiProperty({ enum: ['here', 'provider'], description: 'Asked for through this API, or made at the provider' })
  origin!: 'here' | 'provider';

  @ApiProperty({ enum: CREDIT_NOTE_STATUSES, description: 'unknown: its answer was lost and is being asked for' })
  status!: CreditNoteStatus;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s own word' })
  providerStatus!: string | null;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ type: MoneyResponse, description: 'The four parts together' })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Off what was due' })
  amountBeforePayment!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'By the refund it owns, see GET /refunds' })
  amountRefunded!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Put on the customer’s balance at the provider' })
  amountToBalance!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Given back outside the provider' })
  amountOutside!: MoneyJson;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true })
  memo!: string | null;

  @ApiProperty({ type: String, nullable: true })
  documentUrl!: string | null;

  @ApiProperty({ type: String, nullable: true })
  failureMessage!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function creditNoteResponse(note: CreditNote): CreditNoteResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency: note.currency });
  const { id, invoiceId, customerId, origin, status, createTime, updateTime } = note;
  return {
    id,
    invoiceId,
    customerId,
    providerCreditNoteId: note.providerCreditNoteId ?? null,
    origin,
    status,
    providerStatus: note.providerStatus ?? null,
    number: note.number ?? null,
    amount: money(note.amount),
    amountBeforePayment: money(note.amountBeforePayment),
    amountRefunded: money(note.amountRefunded),
    amountToBalance: money(note.amountToBalance),
    amountOutside: money(note.amountOutside),
    reason: note.reason ?? null,
    memo: note.memo ?? null,
    documentUrl: note.documentUrl ?? null,
    failureMessage: note.failure ?? null,
    createTime,
    updateTime,
  };
}
