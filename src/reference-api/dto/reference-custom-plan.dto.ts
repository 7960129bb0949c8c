import { ApiProperty } from '@nestjs/swagger';
import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import type { PriceModel } from '@tollkeeper/rating';
import { IsNotEmpty, IsObject, IsString } from 'class-validator';
import { PRICE_MODEL_SCHEMA } from '../../catalog/dto/price-model.dto.js';
import type { PricedItem } from '../../catalog/priced-plan.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import type { CustomPlan } from '../reference-custom-plans.service.js';
import { EpochSeconds } from './epoch-seconds.js';
import { PRODUCT_ID, referenceAssignment, ReferenceAssignmentResponse } from './reference-pricing.dto.js';

@IgnoresUnknownFields()
export class ReferenceCustomPlanRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { planMinimumPayment: 500, planLevelFreeTier: 25 },
    description: 'What is other than on the plan the customer is on: priceGenerators with productItemId, feeMap with the cost of a fee by its id, planMinimumPayment, planLevelFreeTier. Names are ignored, anything else is refused',
  })
  @IsObject()
  planGenerator!: Record<string, unknown>;

  @EpochSeconds('Epoch seconds; default or 0: now. From the start of the day that holds it; amounts with the first period that starts then or later')
  startTimeInSeconds?: number;

  @EpochSeconds('Epoch seconds; default or 0: without end')
  endTimeInSeconds?: number;
}

export class ReferenceFeeResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ description: 'Major units' })
  cost!: number;

  @ApiProperty()
  isOneTimeFee!: boolean;

  @ApiProperty()
  isProrated!: boolean;
}

class ReferenceBillingPeriodResponse {
  @ApiProperty()
  interval!: string;

  @ApiProperty()
  intervalsCount!: number;
}

export class ReferencePlanResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: PRODUCT_ID })
  productId!: string;

  @ApiProperty()
  productPlanName!: string;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ type: ReferenceBillingPeriodResponse })
  billingPeriod!: ReferenceBillingPeriodResponse;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Prices by product item' })
  productItemPriceIdsMap!: Record<string, string>;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/ReferenceFeeResponse' }, description: 'By their ids; base_fee is the plan’s own' })
  feeMap!: Record<string, ReferenceFeeResponse>;

  @ApiProperty({ description: 'Major units' })
  planLevelFreeTier!: number;

  @ApiProperty({ description: 'Major units' })
  planMinimumPayment!: number;

  @ApiProperty()
  planCurrency!: string;

  @ApiProperty()
  isDefault!: boolean;

  @ApiProperty({ description: 'Epoch milliseconds' })
  lastUpdateTimeInMillis!: number;
}

class ReferenceProductItemResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: PRODUCT_ID })
  productId!: string;

  @ApiProperty()
  meterApiName!: string;

  @ApiProperty()
  productItemName!: string;
}

class ReferenceItemPriceResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  productItemId!: string;

  @ApiProperty()
  productItemPriceName!: string;

  @ApiProperty({ ...PRICE_MODEL_SCHEMA, description: 'By which the customer is rated, as on /prices' })
  model!: PriceModel;
}

export class ReferenceCustomPlanResponse extends ReferenceAssignmentResponse {
  @ApiProperty({ type: ReferencePlanResponse, description: 'With what is agreed with the customer' })
  productPlan!: ReferencePlanResponse;

  @ApiProperty({ type: [ReferenceProductItemResponse] })
  productItems!: ReferenceProductItemResponse[];

  @ApiProperty({ type: [ReferenceItemPriceResponse] })
  productItemPrices!: ReferenceItemPriceResponse[];

  @ApiProperty({ description: 'Whether anything is agreed with the customer' })
  isCustomProductPlan!: boolean;
}

export function referenceCustomPlan(custom: CustomPlan): ReferenceCustomPlanResponse {
  const { assignment, plan: { prices }, atInMillis, isCustom } = custom;
  return {
    ...referenceAssignment(assignment),
    productPlan: referencePlan(custom),
    productItems: prices.map(({ productItem: { id, meterApiName, productItemName } }) => ({ id, productId: PRODUCT_ID, meterApiName, productItemName })),
    productItemPrices: prices.map((item) => ({ id: item.price.id, productItemId: item.productItem.id, productItemPriceName: item.price.priceName, model: modelAt(item, atInMillis) })),
    isCustomProductPlan: isCustom,
  };
}

export function referencePlan({ plan: { plan, prices } }: CustomPlan): ReferencePlanResponse {
  const { id, planName, description, billingPeriod, currency, baseFeeAmount, fees, freeAmount, minimumAmount, isDefault, updateTime } = plan;
  const major = (amount: bigint): number => Number(Decimal.fromMinorUnits(amount, currencyExponent(currency)).toString());
  const own = baseFeeAmount === 0n ? [] : [{ id: 'base_fee', name: `${planName} base fee`, description: null, cost: major(baseFeeAmount), isOneTimeFee: false, isProrated: false }];
  const others = fees.map((fee) => ({ id: fee.id, name: fee.name, description: fee.description, cost: major(BigInt(fee.amount)), isOneTimeFee: fee.kind === 'one_time', isProrated: fee.isProrated }));
  return {
    ...{ id, productId: PRODUCT_ID, productPlanName: planName, description: description ?? null, billingPeriod, planCurrency: currency, isDefault, lastUpdateTimeInMillis: updateTime },
    productItemPriceIdsMap: Object.fromEntries(prices.map(({ productItem, price }) => [productItem.id, price.id])),
    feeMap: Object.fromEntries([...own, ...others].map((fee) => [fee.id, fee])),
    planLevelFreeTier: major(freeAmount),
    planMinimumPayment: major(minimumAmount),
  };
}

function modelAt({ versions }: PricedItem, atInMillis: number): PriceModel {
  return versions.findLast(({ effectiveFromInMillis }, index) => index === 0 || effectiveFromInMillis <= atInMillis)!.model;
}
