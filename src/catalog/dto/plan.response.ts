import { ApiProperty } from '@nestjs/swagger';
import { BILLING_INTERVALS, moneyToJson, type BillingInterval, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../platform/http/money.response.js';
import { FEE_KINDS, FEE_TIMINGS, PLAN_STATUSES, SUCCESSOR_PERIODS, type PlanFee, type PlanStatus, type SuccessorPeriods } from '../plan.entity.js';
import type { PlanView } from '../plans.service.js';

export class BillingPeriodResponse {
  @ApiProperty({ enum: BILLING_INTERVALS })
  interval!: BillingInterval;

  @ApiProperty()
  intervalsCount!: number;
}

export class PlanFeeResponse {
  @ApiProperty({ example: 'fee_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyResponse;

  @ApiProperty({ enum: FEE_KINDS })
  kind!: PlanFee['kind'];

  @ApiProperty({ enum: FEE_TIMINGS })
  timing!: PlanFee['timing'];

  @ApiProperty()
  isProrated!: boolean;
}

export class PlanResponse {
  @ApiProperty({ example: 'plan_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  planName!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: BillingPeriodResponse })
  billingPeriod!: BillingPeriodResponse;

  @ApiProperty({ type: MoneyResponse })
  baseFee!: MoneyResponse;

  @ApiProperty({ type: [PlanFeeResponse], description: 'In the order of the invoice lines' })
  fees!: PlanFeeResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'So much usage of each billing period costs nothing' })
  freeAmount!: MoneyResponse;

  @ApiProperty({ type: MoneyResponse, description: 'The least that a billing period costs' })
  minimumAmount!: MoneyResponse;

  @ApiProperty({ type: [String], description: 'Ids of the prices, in the order of the invoice lines' })
  prices!: string[];

  @ApiProperty()
  isDefault!: boolean;

  @ApiProperty({ enum: PLAN_STATUSES })
  status!: PlanStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Where its customers go at the end of their billing period' })
  successorPlanId!: string | null;

  @ApiProperty({ enum: SUCCESSOR_PERIODS, description: 'Whether their periods go on there, where both plans have the same billing period, or are counted from the change' })
  successorPeriods!: SuccessorPeriods;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function planResponse({ plan, priceIds }: PlanView): PlanResponse {
  const { id, planName, description, currency, billingPeriod, isDefault, status, successorPlanId, successorPeriods, createTime, updateTime } = plan;
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  return {
    ...{ id, planName, currency, billingPeriod, isDefault, status, createTime, updateTime },
    description: description ?? null,
    baseFee: money(plan.baseFeeAmount),
    fees: plan.fees.map((fee) => ({ ...fee, amount: money(BigInt(fee.amount)) })),
    freeAmount: money(plan.freeAmount),
    minimumAmount: money(plan.minimumAmount),
    prices: [...priceIds],
    successorPlanId: successorPlanId ?? null,
    successorPeriods,
  };
}
