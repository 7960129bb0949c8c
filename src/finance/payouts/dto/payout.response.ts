import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import type { ProviderMovementKind, ProviderPayout } from '@tollkeeper/payment-provider';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import type { MovementMatch, MovementRow, OutstandingRow, PayoutRow } from '../payouts.report.js';

const MOVEMENT_KINDS = ['payment', 'refund', 'refund_failed', 'dispute', 'dispute_reversal', 'fee', 'payout', 'payout_failed', 'other'] as const satisfies readonly ProviderMovementKind[];
const MATCHES = ['matched', 'amount_differs', 'not_ours', 'not_applicable'] as const satisfies readonly MovementMatch[];

export class PayoutResponse {
  @ApiProperty({ description: 'The provider’s id' })
  id!: string;

  @ApiProperty({ example: 'STRIPE' })
  paymentProviderName!: string;

  @ApiProperty({ enum: ['pending', 'paid', 'failed', 'canceled'] })
  status!: ProviderPayout['status'];

  @ApiProperty({ description: 'The provider’s own word' })
  providerStatus!: string;

  @ApiProperty({ type: MoneyResponse, description: 'What goes to the bank' })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Payments in it, before fees' })
  gross!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What was given back, less what failed to be' })
  refunds!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What disputes took, less what they gave back' })
  disputes!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What the provider keeps, of each movement and by itself' })
  fees!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Whatever else moved the balance; negative where it took' })
  other!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'gross − refunds − disputes − fees + other' })
  net!: MoneyJson;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether net is the amount; null while its transactions are being read, or where the provider does not tell them (a payout that was asked for by hand)' })
  addsUp!: boolean | null;

  @ApiProperty({ description: 'How many transactions are in it' })
  transactions!: number;

  @ApiProperty({ description: 'Of these, payments, refunds and disputes that are none of ours or say another amount' })
  unmatched!: number;

  @ApiProperty({ description: 'Epoch milliseconds, by the provider’s clock' })
  createTime!: number;

  @ApiProperty({ description: 'When it is with the bank, epoch milliseconds' })
  arrivalTimeInMillis!: number;
}

export function payoutResponse({ providerName, arrivalTime, currency, movements, ...row }: PayoutRow): PayoutResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  const { id, status, providerStatus, transactions, unmatched, createTime } = row;
  return {
    ...{ id, paymentProviderName: providerName, status, providerStatus },
    amount: money(row.amount),
    gross: money(row.gross),
    refunds: money(row.refunds),
    disputes: money(row.disputes),
    fees: money(row.fees),
    other: money(row.other),
    net: money(row.net),
    addsUp: movements === 'read' ? row.net === row.amount : null,
    ...{ transactions, unmatched, createTime, arrivalTimeInMillis: arrivalTime },
  };
}

export class PayoutTransactionResponse {
  @ApiProperty({ description: 'The provider’s id' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The payout it is in; null: in none that tells' })
  payoutId!: string | null;

  @ApiProperty({ enum: MOVEMENT_KINDS })
  kind!: ProviderMovementKind;

  @ApiProperty({ description: 'The provider’s own word' })
  providerType!: string;

  @ApiProperty({ type: MoneyResponse, description: 'Before the fee; negative where it takes money off the balance' })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  fee!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'amount − fee' })
  net!: MoneyJson;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ enum: MATCHES, description: 'Beside what is known here; not_applicable: fees, payouts and others have nothing here to be matched with' })
  match!: MovementMatch;

  @ApiProperty({ type: String, nullable: true })
  invoiceId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  invoiceNumber!: string | null;

  @ApiProperty({ type: String, nullable: true })
  customerId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  providerPaymentId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  providerRefundId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  providerDisputeId!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds, by the provider’s clock' })
  createTime!: number;

  @ApiProperty({ description: 'From when on it may be paid out' })
  availableTimeInMillis!: number;
}

export function payoutTransactionResponse({ currency, availableTime, ...row }: MovementRow): PayoutTransactionResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  return { ...row, amount: money(row.amount), fee: money(row.fee), net: money(row.net), availableTimeInMillis: availableTime };
}

export class OutstandingResponse {
  @ApiProperty({ enum: ['payment', 'refund'] })
  kind!: 'payment' | 'refund';

  @ApiProperty({ description: 'The provider’s id' })
  id!: string;

  @ApiProperty()
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: MoneyResponse, description: 'As it was taken; negative where it was given back' })
  amount!: MoneyJson;

  @ApiProperty({ enum: ['on_balance', 'not_reported'], description: 'on_balance: the provider has it; not_reported: it tells of no movement for it yet' })
  reason!: 'on_balance' | 'not_reported';

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export function outstandingResponse({ currency, amount, ...row }: OutstandingRow): OutstandingResponse {
  return { ...row, amount: moneyToJson({ amountInMinorUnits: amount, currency }) };
}
