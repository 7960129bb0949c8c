import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import type { Coupon } from '../coupon.entity.js';
import { PROMOTION_STATUSES } from '../promotion.entity.js';

const MOST_PLANS = 200;
const MOST_REDEMPTIONS = 1_000_000_000;

export class CreateCouponRequest {
  @ApiProperty({ description: 'What the customer gets by it' })
  @IsString()
  @IsNotEmpty()
  promotionId!: string;

  @ApiProperty({ example: 'LAUNCH-2027', description: 'Unique, read in any case' })
  @IsString()
  @Matches(/^[\w.-]{1,50}$/, { message: 'code must be 1 to 50 letters without accents, digits, and _ . -' })
  code!: string;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'For customers on these plans, and their invoices; default: any' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PLANS)
  @IsString({ each: true })
  planIds?: string[] | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds by the account’s clock' })
  @IsOptional()
  @IsInt()
  @Min(0)
  validFromTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds by the account’s clock, not part of it' })
  @IsOptional()
  @IsInt()
  @Min(0)
  validUntilTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'By all customers together; default: without limit' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_REDEMPTIONS)
  maximumRedemptions?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'By one customer; default: without limit' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_REDEMPTIONS)
  maximumRedemptionsPerCustomer?: number | null;

  @ApiPropertyOptional({ default: false, description: 'For customers without a locked invoice above zero; voided ones do not count' })
  @IsOptional()
  @IsBoolean()
  isForFirstTimeCustomers?: boolean;
}

export class UpdateCouponRequest {
  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds; null: without end' })
  @IsOptional()
  @IsInt()
  @Min(0)
  validUntilTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Not below what has been redeemed; null: without limit' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_REDEMPTIONS)
  maximumRedemptions?: number | null;

  @ApiPropertyOptional({ enum: PROMOTION_STATUSES, description: 'A deprecated one cannot be redeemed' })
  @IsOptional()
  @IsIn(PROMOTION_STATUSES)
  status?: Coupon['status'];
}

export class CouponListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only coupons of this promotion' })
  @IsOptional()
  @IsString()
  promotionId?: string;
}

export class CouponResponse {
  @ApiProperty({ example: 'coup_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  promotionId!: string;

  @ApiProperty()
  code!: string;

  @ApiProperty({ type: [String], nullable: true })
  planIds!: readonly string[] | null;

  @ApiProperty({ type: Number, nullable: true })
  validFromTimeInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  validUntilTimeInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  maximumRedemptions!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  maximumRedemptionsPerCustomer!: number | null;

  @ApiProperty()
  isForFirstTimeCustomers!: boolean;

  @ApiProperty({ description: 'How often it has been redeemed' })
  redemptionCount!: number;

  @ApiProperty({ enum: PROMOTION_STATUSES })
  status!: Coupon['status'];

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function couponResponse(coupon: Coupon): CouponResponse {
  const { id, promotionId, code, isForFirstTimeCustomers, redemptionCount, status, createTime, updateTime } = coupon;
  return {
    ...{ id, promotionId, code, planIds: coupon.planIds ?? null, validFromTimeInMillis: coupon.validFromInMillis ?? null, validUntilTimeInMillis: coupon.validUntilInMillis ?? null },
    ...{ maximumRedemptions: coupon.maximumRedemptions ?? null, maximumRedemptionsPerCustomer: coupon.maximumRedemptionsPerCustomer ?? null },
    ...{ isForFirstTimeCustomers, redemptionCount, status, createTime, updateTime },
  };
}
