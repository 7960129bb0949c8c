import { ApiProperty } from '@nestjs/swagger';
import type { Decimal } from '@tollkeeper/kernel';
import type { UsageReport } from '../usage.service.js';

export class UsageValueResponse {
  @ApiProperty({ description: 'A plain number, which keeps about 15 digits; 0 where nothing was counted' })
  value!: number;

  @ApiProperty({ description: 'Start of the interval' })
  secondsSinceEpochUtc!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'null where there is no previous value, or it is 0' })
  percentageFromPrevious!: number | null;
}

export class UsageGroupResponse {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { customerId: 'acme' } })
  groupInfo!: Record<string, string>;
}

export class ClientMeterResponse {
  @ApiProperty({ type: UsageGroupResponse })
  group!: UsageGroupResponse;

  @ApiProperty({ description: 'The whole range, aggregated in the meter’s way' })
  groupValue!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'From the first to the last value' })
  percentageFromPrevious!: number | null;

  @ApiProperty({ type: [UsageValueResponse] })
  values!: UsageValueResponse[];
}

export class UsageResponse {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The request' })
  metadata!: Record<string, unknown>;

  @ApiProperty({ type: [Number], description: 'Starts of the intervals' })
  secondsSinceEpochIntervals!: number[];

  @ApiProperty({ type: [ClientMeterResponse] })
  clientMeters!: ClientMeterResponse[];
}

export class SparseUsageResponse {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The request' })
  metadata!: Record<string, unknown>;

  @ApiProperty({ type: [ClientMeterResponse], description: 'Without their values of 0' })
  clientMeters!: ClientMeterResponse[];
}

export function sparseUsageResponse({ metadata, clientMeters }: UsageResponse): SparseUsageResponse {
  return { metadata, clientMeters: clientMeters.map((meter) => ({ ...meter, values: meter.values.filter(({ value }) => value !== 0) })) };
}

/** @param metadata the request, which the reference's clients find in the answer */
export function usageResponse(report: UsageReport, metadata: object): UsageResponse {
  const secondsSinceEpochIntervals = report.intervalStartsInMillis.map((start) => start / 1_000);
  return {
    metadata: { ...metadata },
    secondsSinceEpochIntervals,
    clientMeters: report.series.map(({ group, values, total }) => ({
      group: { groupInfo: Object.fromEntries(report.groupBy.map((field, index) => [field, group[index]!])) },
      groupValue: numberOf(total),
      percentageFromPrevious: percentage(values[0], values.length > 1 ? values.at(-1) : undefined),
      values: values.map((value, index) => ({
        value: numberOf(value),
        secondsSinceEpochUtc: secondsSinceEpochIntervals[index]!,
        percentageFromPrevious: percentage(values[index - 1], value),
      })),
    })),
  };
}

export function percentage(from: Decimal | undefined, to: Decimal | undefined): number | null {
  if (from === undefined || to === undefined || from.isZero()) return null;
  return (numberOf(to.minus(from)) / numberOf(from.abs())) * 100;
}

function numberOf(value: Decimal): number {
  return Number(value.toString());
}
