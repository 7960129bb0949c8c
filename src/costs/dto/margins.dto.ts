import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Decimal } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { TIME_GROUPING_INTERVALS, type TimeGroupingInterval } from '../../metering/usage-intervals.js';
import type { CostCell, CostGroup } from '../cost-groups.js';
import type { CostsReport, CostsRequest } from '../costs.service.js';
import { CostProblemResponse } from './usage-cost.dto.js';

const LAST_MILLISECOND = 253_339_228_800_000;
/** Fields of rows by what they are asked for as. */
const GROUPS = { customer: 'customerId', product_item: 'product_item_key', meter: 'meterApiName' } as const;
const PERCENT_PLACES = 2;

const asList = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.split(',') : value);

export class MarginsRequest {
  @ApiProperty({ description: 'Epoch milliseconds; widened to whole intervals' })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_MILLISECOND)
  startTimeInMillis!: number;

  @ApiPropertyOptional({ description: 'Epoch milliseconds, not part of the range; default now' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_MILLISECOND)
  endTimeInMillis?: number;

  @ApiPropertyOptional({ enum: TIME_GROUPING_INTERVALS, default: 'month', description: 'In the account’s time zone' })
  @IsOptional()
  @IsIn(TIME_GROUPING_INTERVALS)
  interval?: TimeGroupingInterval;

  @ApiPropertyOptional({ type: [String], enum: Object.keys(GROUPS), default: ['product_item'], description: 'Several with commas' })
  @IsOptional()
  @Transform(asList)
  @IsArray()
  @IsIn(Object.keys(GROUPS), { each: true })
  groupBy?: (keyof typeof GROUPS)[];

  @ApiPropertyOptional({ description: 'Only this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

export class MarginResponse {
  @ApiProperty({ type: String, nullable: true, description: 'Null where it is not grouped by, as are the others' })
  customerId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  productItemId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  productItemName!: string | null;

  @ApiProperty({ type: String, nullable: true })
  meterApiName!: string | null;

  @ApiProperty({ description: 'Of the interval, epoch milliseconds' })
  startTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds, not part of it' })
  endTimeInMillis!: number;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ description: 'Exact decimal', example: '12000' })
  units!: string;

  @ApiProperty({ description: 'What usage is charged with: major units, exact decimal, before rounding, the plan’s free amount and minimum, and discounts', example: '120' })
  revenue!: string;

  @ApiProperty({ description: 'What its units cost you, as far as the meter says so in this currency', example: '48' })
  cost!: string;

  @ApiProperty({ description: 'Units of which it does not', example: '0' })
  unitsWithoutCost!: string;

  @ApiProperty({ type: String, nullable: true, description: 'revenue less cost; null where there are units without a cost', example: '72' })
  margin!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the revenue, to two places; null without a margin or a revenue', example: 60 })
  marginPercent!: number | null;
}

export class MarginsResponse {
  @ApiProperty({ type: [MarginResponse], description: 'Intervals without usage are left out' })
  rows!: MarginResponse[];

  @ApiProperty({ type: [CostProblemResponse], description: 'Customers whose usage cannot be rated and is in no row' })
  problems!: CostProblemResponse[];
}

export function marginsRequest({ startTimeInMillis, endTimeInMillis, interval, groupBy, customerId }: MarginsRequest): CostsRequest {
  const fields = (groupBy ?? ['product_item']).flatMap((group) => (group === 'product_item' ? [GROUPS.product_item, 'product_item_name'] : [GROUPS[group]]));
  return {
    interval: interval ?? 'month',
    fromInMillis: startTimeInMillis,
    toInMillis: endTimeInMillis ?? null,
    groupBy: [...new Set(fields)],
    filters: customerId === undefined ? [] : [{ field: 'customerId', values: [customerId] }],
  };
}

export function marginsResponse({ boundariesInMillis, groups, problems }: CostsReport): MarginsResponse {
  const rows = groups.flatMap((group) => group.cells.map((cell, index) => ({ group, cell, index })));
  return {
    rows: rows
      .filter(({ cell }) => !cell.units.isZero() || !cell.price.isZero())
      .sort((one, other) => one.index - other.index)
      .map(({ group, cell, index }) => ({ ...groupOf(group), startTimeInMillis: boundariesInMillis[index]!, endTimeInMillis: boundariesInMillis[index + 1]!, currency: group.currency, ...amountsOf(cell) })),
    problems: problems.map(({ customerId, code, message }) => ({ customerId, code, message })),
  };
}

function groupOf({ key }: CostGroup): Pick<MarginResponse, 'customerId' | 'productItemId' | 'productItemName' | 'meterApiName'> {
  return { customerId: key['customerId'] ?? null, productItemId: key['product_item_key'] ?? null, productItemName: key['product_item_name'] ?? null, meterApiName: key['meterApiName'] ?? null };
}

function amountsOf({ units, price, cost, unitsWithoutCost }: CostCell): Pick<MarginResponse, 'units' | 'revenue' | 'cost' | 'unitsWithoutCost' | 'margin' | 'marginPercent'> {
  const margin = unitsWithoutCost.isZero() ? price.minus(cost) : null;
  const share = margin === null || price.isZero() ? null : margin.dividedBy(price);
  return {
    units: units.toString(),
    revenue: price.toString(),
    cost: cost.toString(),
    unitsWithoutCost: unitsWithoutCost.toString(),
    margin: margin === null ? null : margin.toString(),
    marginPercent: share === null ? null : Number(Decimal.fromMinorUnits(share.toMinorUnits(PERCENT_PLACES + 2, 'half_up'), PERCENT_PLACES).toString()),
  };
}
