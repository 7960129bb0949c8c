import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Decimal, Fraction } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsObject, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { filtersOf, rangeInMillis, TakeRequest, TimeRangeRequest } from '../../metering/dto/usage.request.js';
import { percentage } from '../../metering/dto/usage.response.js';
import { TIME_GROUPING_INTERVALS, type TimeGroupingInterval } from '../../metering/usage-intervals.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { COST_FIELDS, type CostCell, type CostGroup } from '../cost-groups.js';
import type { CostsReport, CostsRequest } from '../costs.service.js';

const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE = 1_000;

const lowerCase = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

export class CostPageRequest {
  @ApiPropertyOptional({ default: 1, description: 'From 1' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  number?: number | null;

  @ApiPropertyOptional({ default: DEFAULT_PAGE_SIZE, maximum: LARGEST_PAGE, description: 'Groups per page' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_PAGE)
  size?: number | null;
}

@IgnoresUnknownFields()
export class UsageCostRequest {
  @ApiProperty({ type: TimeRangeRequest, description: 'Widened to whole intervals' })
  @IsObject()
  @ValidateNested()
  @Type(() => TimeRangeRequest)
  timeRange!: TimeRangeRequest;

  @ApiProperty({ enum: TIME_GROUPING_INTERVALS, description: 'In the account’s time zone, weeks from Monday. In any case' })
  @Transform(lowerCase)
  @IsIn(TIME_GROUPING_INTERVALS)
  timeGroupingInterval!: TimeGroupingInterval;

  @ApiPropertyOptional({ type: [String], enum: COST_FIELDS, example: ['product_item_name'] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  groupBy?: string[] | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } }, example: { customerId: ['acme-corp'] }, description: 'By the fields of groupBy' })
  @IsOptional()
  @IsObject()
  filters?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: TakeRequest, nullable: true, description: 'Only the dearest or cheapest groups' })
  @IsOptional()
  @ValidateNested()
  @Type(() => TakeRequest)
  take?: TakeRequest | null;

  @ApiPropertyOptional({ type: CostPageRequest, nullable: true, description: 'So many groups at a time' })
  @IsOptional()
  @ValidateNested()
  @Type(() => CostPageRequest)
  page?: CostPageRequest | null;
}

export class IntervalCostResponse {
  @ApiProperty()
  startTimeInSeconds!: number;

  @ApiProperty()
  meteredUnits!: number;

  @ApiProperty({ description: 'Major units, not rounded' })
  price!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'From the interval before; null where that was 0' })
  pricePercentageDiff!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  meterUnitsPercentageDiff!: number | null;

  @ApiProperty()
  priceBeforeDiscounts!: number;

  @ApiProperty({ description: 'Always 0' })
  prepaidUsed!: number;

  @ApiProperty({ description: 'Always 0: discounts are of whole periods, and show on the invoice' })
  payAsYouGoPromotionUsed!: number;
}

export class GroupCostResponse {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { product_item_name: 'API calls', currency: 'USD' }, description: 'With the currency of the prices' })
  groupInfos!: Record<string, string>;

  @ApiProperty()
  meteredUnits!: number;

  @ApiProperty({ description: 'Major units, not rounded' })
  price!: number;

  @ApiProperty()
  priceBeforeDiscounts!: number;

  @ApiProperty({ description: 'Always 0' })
  prepaidUsed!: number;

  @ApiProperty()
  priceMinusPrepaid!: number;

  @ApiProperty({ description: 'Always 0' })
  payAsYouGoPromotionUsed!: number;

  @ApiProperty({ description: 'Always 0' })
  nonPayAsYouGoPromotionUsed!: number;

  @ApiProperty()
  priceAfterPayAsYouGoPromotion!: number;

  @ApiProperty()
  priceAfterNonPayAsYouGoPromotion!: number;

  @ApiProperty({ type: [IntervalCostResponse] })
  costs!: IntervalCostResponse[];
}

export class CostPageResponse {
  @ApiProperty()
  pageNumber!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Always null: pages are asked for by number' })
  pageToken!: string | null;

  @ApiProperty()
  totalPages!: number;

  @ApiProperty()
  totalResults!: number;
}

export class CostProblemResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty({ example: 'negative_quantity' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class UsageCostResponse {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The request' })
  key!: Record<string, unknown>;

  @ApiProperty({ type: [Number], description: 'Starts of the intervals' })
  secondsSinceEpochIntervals!: number[];

  @ApiProperty({ type: [GroupCostResponse] })
  costList!: GroupCostResponse[];

  @ApiProperty({ type: CostPageResponse })
  pageInfo!: CostPageResponse;

  @ApiProperty({ type: [CostProblemResponse], description: 'Customers whose usage cannot be rated and is in no group' })
  problems!: CostProblemResponse[];
}

export function costsRequest({ timeRange, timeGroupingInterval, groupBy, filters }: UsageCostRequest): CostsRequest {
  return { interval: timeGroupingInterval, ...rangeInMillis(timeRange), groupBy: groupBy ?? [], filters: filtersOf(filters ?? {}, 'filters') };
}

export function usageCostResponse(report: CostsReport, request: UsageCostRequest): UsageCostResponse {
  const starts = report.boundariesInMillis.slice(0, -1).map((start) => start / 1_000);
  const groups = taken(report.groups, request.take);
  const [pageNumber, pageSize] = [request.page?.number ?? 1, request.page?.size ?? DEFAULT_PAGE_SIZE];
  return {
    key: { ...request },
    secondsSinceEpochIntervals: starts,
    costList: groups.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map((group) => groupCostOf(group, starts)),
    pageInfo: { pageNumber, pageSize, pageToken: null, totalPages: Math.ceil(groups.length / pageSize), totalResults: groups.length },
    problems: report.problems.map(({ customerId, code, message }) => ({ customerId, code, message })),
  };
}

function taken(groups: readonly CostGroup[], take: TakeRequest | null | undefined): readonly CostGroup[] {
  if (!take?.limit) return groups;
  const direction = take.isAscending ? 1 : -1;
  return groups.toSorted((one, other) => direction * priceOf(one.cells).compare(priceOf(other.cells))).slice(0, take.limit);
}

function groupCostOf({ key, currency, cells }: CostGroup, starts: readonly number[]): GroupCostResponse {
  const price = Number(priceOf(cells).toString());
  const without = { prepaidUsed: 0, payAsYouGoPromotionUsed: 0 };
  return {
    groupInfos: { ...key, currency },
    meteredUnits: Number(cells.reduce((sum, { units }) => sum.plus(units), Decimal.ZERO).toString()),
    ...{ price, priceBeforeDiscounts: price, ...without, nonPayAsYouGoPromotionUsed: 0 },
    ...{ priceMinusPrepaid: price, priceAfterPayAsYouGoPromotion: price, priceAfterNonPayAsYouGoPromotion: price },
    costs: cells.map((cell, index) => {
      const before = cells[index - 1];
      const amount = Number(cell.price.toString());
      return {
        startTimeInSeconds: starts[index]!,
        meteredUnits: Number(cell.units.toString()),
        price: amount,
        pricePercentageDiff: percentage(before && decimalOf(before.price), decimalOf(cell.price)),
        meterUnitsPercentageDiff: percentage(before?.units, cell.units),
        priceBeforeDiscounts: amount,
        ...without,
      };
    }),
  };
}

function priceOf(cells: readonly CostCell[]): Fraction {
  return cells.reduce((sum, { price }) => sum.plus(price), Fraction.ZERO);
}

function decimalOf(price: Fraction): Decimal {
  return Decimal.fromFraction(price, 'half_up');
}
