import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { IsInt, IsNotEmpty, IsOptional, IsString, Min } from 'class-validator';
import { MoneyResponse } from '../../platform/http/money.response.js';
import { PageRequest } from '../../platform/http/paging.js';
import type { CustomerDiscountView } from '../customer-discounts.service.js';
import { DISCOUNT_STANDINGS, standingOf, type DiscountStanding } from '../discount-standing.js';
import { periodLimit } from '../promotion.entity.js';
import { PromotionResponse, promotionResponse } from './promotion.dto.js';

export class CreateCustomerDiscountRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Either this or couponCode' })
  @IsOptional()
  @IsString()
  promotionId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'LAUNCH-2027', description: 'Redeems the coupon; either this or promotionId' })
  @IsOptional()
  @IsString()
  couponCode?: string | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds; default: the account’s time. It holds for every billing period that overlaps its time, whole' })
  @IsOptional()
  @IsInt()
  @Min(0)
  startTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of it; default: as long as the promotion says' })
  @IsOptional()
  @IsInt()
  @Min(0)
  endTimeInMillis?: number | null;
}

export class CustomerDiscountListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only discounts of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

export class DiscountRedemptionResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ description: 'Epoch seconds: start of the billing period' })
  periodStartTimeInSeconds!: number;

  @ApiProperty({ description: 'What it took off at the lock, whole minor units of the invoice’s currency as text' })
  amountInMinorUnits!: string;

  @ApiProperty({ description: 'The invoice was voided, and this given back' })
  isReturned!: boolean;
}

export class CustomerDiscountResponse {
  @ApiProperty({ example: 'disc_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The coupon that it was redeemed by' })
  couponId!: string | null;

  @ApiProperty({ type: PromotionResponse })
  promotion!: PromotionResponse;

  @ApiProperty({ enum: DISCOUNT_STANDINGS })
  status!: DiscountStanding;

  @ApiProperty({ description: 'Epoch milliseconds' })
  startTimeInMillis!: number;

  @ApiProperty({ type: Number, nullable: true })
  endTimeInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'From then on it holds for no invoice whose price is not locked' })
  removedTimeInMillis!: number | null;

  @ApiProperty({ description: 'Billing periods of locked invoices that it took something off' })
  periodsUsed!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Null: without end' })
  periodsLeft!: number | null;

  @ApiProperty({ description: 'Taken off locked invoices, whole minor units as text' })
  amountUsedInMinorUnits!: string;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'Of the most in total; null: without bound' })
  amountLeft!: MoneyJson | null;

  @ApiProperty({ type: [DiscountRedemptionResponse], description: 'By period' })
  redemptions!: DiscountRedemptionResponse[];

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function customerDiscountResponse({ discount, promotion, redemptions, nowInMillis }: CustomerDiscountView): CustomerDiscountResponse {
  const { id, customerId, startInMillis, periodsUsed, amountUsed, createTime, updateTime } = discount;
  const limit = periodLimit(promotion);
  const { maximumInTotal, currency } = promotion;
  return {
    ...{ id, customerId, couponId: discount.couponId ?? null, promotion: promotionResponse(promotion), status: standingOf(discount, promotion, nowInMillis) },
    ...{ startTimeInMillis: startInMillis, endTimeInMillis: discount.endInMillis ?? null, removedTimeInMillis: discount.removedTime ?? null },
    ...{ periodsUsed, periodsLeft: limit === null ? null : limit - periodsUsed, amountUsedInMinorUnits: amountUsed.toString() },
    amountLeft: maximumInTotal == null ? null : moneyToJson({ amountInMinorUnits: maximumInTotal - amountUsed, currency: currency ?? '' }),
    redemptions: redemptions.map(({ invoiceId, periodStartInMillis, amount, returnedTime }) => ({
      ...{ invoiceId, periodStartTimeInSeconds: Math.floor(periodStartInMillis / 1_000), amountInMinorUnits: amount.toString(), isReturned: returnedTime != null },
    })),
    ...{ createTime, updateTime },
  };
}
