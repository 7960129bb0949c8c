import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import type { ProviderDisputeStatus } from '@tollkeeper/payment-provider';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { amountLost, DISPUTE_STATUSES, type Dispute } from '../dispute.entity.js';

export class DisputeResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'The invoice that was paid with it; it stays settled' })
  invoiceId!: string;

  @ApiProperty({ example: 'STRIPE' })
  paymentProviderName!: string;

  @ApiProperty()
  providerDisputeId!: string;

  @ApiProperty()
  providerPaymentId!: string;

  @ApiProperty({ enum: ['dispute', 'bank_return', 'fraud_warning'], description: '`bank_return`: the bank could not collect after all; nobody argues about it. `fraud_warning`: the card’s issuer takes it for fraud; a refund may spare the dispute' })
  kind!: string;

  @ApiProperty({ enum: DISPUTE_STATUSES, description: 'An inquiry only asks; from `open` on money may be held back' })
  status!: ProviderDisputeStatus;

  @ApiProperty({ description: 'The provider’s own word' })
  providerStatus!: string;

  @ApiProperty({ example: 'fraudulent' })
  reason!: string;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What it holds back at this moment, fees apart' })
  amountWithdrawn!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What the customer owes again, because the bank decided for them' })
  amountLost!: MoneyJson;

  @ApiProperty({ type: String, nullable: true, description: 'The method that was charged' })
  paymentMethodId!: string | null;

  @ApiProperty({ description: 'Whether that method is not charged automatically because of this' })
  isPaymentMethodFrozen!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Until when the provider takes evidence, epoch milliseconds' })
  evidenceDueTimeInMillis!: number | null;

  @ApiProperty({ description: 'When the bank began it, epoch milliseconds' })
  providerCreateTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function disputeResponse(dispute: Dispute): DisputeResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency: dispute.currency });
  return {
    id: dispute.id,
    customerId: dispute.customerId,
    invoiceId: dispute.invoiceId,
    paymentProviderName: dispute.providerName,
    providerDisputeId: dispute.providerDisputeId,
    providerPaymentId: dispute.providerPaymentId,
    kind: dispute.kind,
    status: dispute.status,
    providerStatus: dispute.providerStatus,
    reason: dispute.reason,
    amount: money(dispute.amount),
    amountWithdrawn: money(dispute.amountWithdrawn),
    amountLost: money(amountLost(dispute)),
    paymentMethodId: dispute.paymentMethodId ?? null,
    isPaymentMethodFrozen: dispute.isMethodFrozen,
    evidenceDueTimeInMillis: dispute.evidenceDueTime ?? null,
    providerCreateTime: dispute.providerCreateTime,
    createTime: dispute.createTime,
    updateTime: dispute.updateTime,
  };
}
