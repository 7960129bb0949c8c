import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { REFUND_ORIGINS, REFUND_STATUSES, type Refund, type RefundOrigin, type RefundStatus } from '../refund.entity.js';

export class RefundResponse {
  @ApiProperty({ example: 'ref_1k83tbe11b0r40m01n6c81hbc' })
  id!: string;

  @ApiProperty()
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'The payment’s id at the provider' })
  providerPaymentId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null until the provider has answered' })
  providerRefundId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The credit note that owns it' })
  creditNoteId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The money taken twice that it gives back' })
  duplicateId!: string | null;

  @ApiProperty({ enum: REFUND_ORIGINS, description: 'here: asked for through this API; provider: made there; duplicate: gives back money taken twice; credit_note: made by one' })
  origin!: RefundOrigin;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ enum: REFUND_STATUSES, description: 'unknown: its answer was lost and is being asked for. failed and canceled leave the money with the payment' })
  status!: RefundStatus;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s own word' })
  providerStatus!: string | null;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyJson;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed, or has not come through yet' })
  failureMessage!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function refundResponse(refund: Refund): RefundResponse {
  const { id, invoiceId, customerId, providerPaymentId, origin, status, createTime, updateTime } = refund;
  return {
    id,
    invoiceId,
    customerId,
    providerPaymentId,
    providerRefundId: refund.providerRefundId ?? null,
    creditNoteId: refund.creditNoteId ?? null,
    duplicateId: refund.duplicateId ?? null,
    origin,
    reason: refund.reason ?? null,
    status,
    providerStatus: refund.providerStatus ?? null,
    amount: moneyToJson({ amountInMinorUnits: refund.amount, currency: refund.currency }),
    failureMessage: refund.failure ?? null,
    createTime,
    updateTime,
  };
}
