import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import type { PriceModel } from '@tollkeeper/rating';
import { deductionResponses, InvoiceDeductionResponse } from '../../dto/deduction.response.js';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import type { ExplainedLine } from '../explained-invoice.js';
import type { ExplainedInvoice } from '../invoice-explanation.service.js';
import { COMBINATIONS, type Combination, type UsageBucket } from '../usage-explanation.js';

const DIMENSIONS = { type: 'object', additionalProperties: { type: 'string' }, description: 'Those the price asks for; empty where it asks for none' } as const;

export class ExplainedPriceResponse {
  @ApiProperty()
  priceId!: string;

  @ApiProperty()
  priceName!: string;

  @ApiProperty()
  version!: number;

  @ApiProperty({ description: 'Epoch milliseconds; 0: always' })
  effectiveFromTimeInMillis!: number;

  @ApiProperty({ type: 'object', additionalProperties: true })
  model!: PriceModel;
}

export class ExplainedQuantityResponse {
  @ApiProperty(DIMENSIONS)
  dimensions!: Readonly<Record<string, string>>;

  @ApiProperty({ description: 'Exact decimal, read for the whole span' })
  quantity!: string;

  @ApiProperty({ description: 'How many events' })
  eventCount!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The quantity less its buckets: 0, but for hours rounded to 12 places; null where buckets do not add up, as of a maximum' })
  remainder!: string | null;
}

export class ExplainedBucketResponse {
  @ApiProperty({ description: 'Epoch seconds: a day of the account’s zone, or several in long periods' })
  startTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds, not part of it' })
  endTimeInSeconds!: number;

  @ApiProperty(DIMENSIONS)
  dimensions!: Readonly<Record<string, string>>;

  @ApiProperty({ description: 'Exact decimal; of an average the sum of the values' })
  value!: string;

  @ApiProperty()
  eventCount!: string;
}

export class ExplainedUsageResponse {
  @ApiProperty()
  meterApiName!: string;

  @ApiProperty({ example: 'sum' })
  aggregation!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What unique counts' })
  uniqueDimension!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'object', properties: { dimension: { type: 'string' }, values: { type: 'array', items: { type: 'string' } } } }, description: 'Only usage that passes all of them is counted' })
  filters!: readonly { readonly dimension: string; readonly values: readonly string[] }[];

  @ApiProperty({ enum: COMBINATIONS, description: 'How the buckets make the quantity; average: sum of the values divided by the number of events' })
  combination!: Combination;

  @ApiProperty({ description: 'Epoch seconds' })
  startTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds, not part of it' })
  endTimeInSeconds!: number;

  @ApiProperty({ type: [ExplainedQuantityResponse] })
  quantities!: ExplainedQuantityResponse[];

  @ApiProperty({ type: [ExplainedBucketResponse], description: 'Without those that nothing was used in' })
  buckets!: ExplainedBucketResponse[];

  @ApiProperty({ description: 'Where the events are, a page at a time; startTimeInSeconds and endTimeInSeconds of a bucket narrow it', example: '/invoices/inv_…/explain/events?position=2' })
  eventsPath!: string;
}

export class ExplainedLineResponse {
  @ApiProperty({ description: 'Counted from 1' })
  position!: number;

  @ApiProperty({ example: 'usage' })
  kind!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty()
  quantity!: string;

  @ApiProperty({ type: ExplainedPriceResponse, nullable: true, description: 'The version that the line was rated by' })
  price!: ExplainedPriceResponse | null;

  @ApiProperty({ type: String, nullable: true, description: 'The override that the line was rated by: what is agreed with the customer of its price, its fee, the minimum or the free amount' })
  priceOverrideId!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'As on the invoice: units × unit price and fees' })
  tiers!: ExplainedLine['arithmetic']['tiers'];

  @ApiProperty({ description: 'exactAmount less the tiers: 0, but for parts without a finite decimal' })
  tierRemainder!: string;

  @ApiProperty({ description: 'Major units before the line’s one rounding' })
  exactAmount!: string;

  @ApiProperty({ description: 'exactAmount at the rate of exchange, in major units of the invoice’s currency; the same where there is none' })
  exchangedAmount!: string;

  @ApiProperty({ description: 'The amount before deductions less exchangedAmount, in major units' })
  rounding!: string;

  @ApiProperty({ type: [InvoiceDeductionResponse], description: 'What was taken off the line, in this order' })
  deductions!: InvoiceDeductionResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'exactAmount and rounding, less the deductions' })
  amount!: MoneyJson;

  @ApiProperty({ type: ExplainedUsageResponse, nullable: true, description: 'Null on what counts nothing, such as a fee' })
  usage!: ExplainedUsageResponse | null;
}

export class ExplainedInvoiceResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ description: 'True: as of now, and changing' })
  isPreview!: boolean;

  @ApiProperty({ description: 'Epoch milliseconds: of the lock, else now' })
  asOfTimeInMillis!: number;

  @ApiProperty({ description: 'Zone of the days' })
  timeZone!: string;

  @ApiProperty({ type: MoneyResponse, description: 'Sum of all lines' })
  subtotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  adjustment!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  tax!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Subtotal, adjustment and tax' })
  total!: MoneyJson;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds; usage before it is kept no longer, and usage is null on lines that count some of it' })
  usageKeptFromTimeInMillis!: number | null;

  @ApiProperty({ type: [ExplainedLineResponse] })
  lines!: ExplainedLineResponse[];
}

export class ExplainedEventResponse {
  @ApiProperty({ type: String, nullable: true })
  uniqueId!: string | null;

  @ApiProperty({ description: 'Exact decimal' })
  meterValue!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  meterTimeInMillis!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  dimensions!: Readonly<Record<string, string>>;

  @ApiProperty({ description: 'Epoch milliseconds' })
  ingestTimeInMillis!: number;
}

export class ExplainedEventsResponse {
  @ApiProperty({ type: [ExplainedEventResponse], description: 'By time' })
  events!: ExplainedEventResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
  nextPageToken!: string | null;
}

export function explainedInvoiceResponse({ document, lines, usageKeptFromInMillis }: ExplainedInvoice): ExplainedInvoiceResponse {
  const { id, currency, state, issueTimeInMillis, timeZone } = document;
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  return {
    ...{ invoiceId: id, isPreview: state === 'preview', asOfTimeInMillis: issueTimeInMillis, timeZone },
    ...{ subtotal: money(document.subtotal), adjustment: money(document.adjustment), tax: money(document.tax), total: money(document.total) },
    usageKeptFromTimeInMillis: usageKeptFromInMillis,
    lines: lines.map(({ arithmetic, price, usage, ...line }) => ({
      ...line,
      price: price && { priceId: price.version.priceId, priceName: price.priceName, version: price.version.version, effectiveFromTimeInMillis: price.version.effectiveFromInMillis, model: price.version.model },
      ...{ ...arithmetic, deductions: deductionResponses(arithmetic.deductions, currency), amount: money(arithmetic.amount) },
      usage: usage && usageResponse(id, line.position, usage),
    })),
  };
}

function usageResponse(invoiceId: string, position: number, { need, meterApiName, combination, quantities, buckets, ...span }: NonNullable<ExplainedLine['usage']>): ExplainedUsageResponse {
  return {
    ...{ meterApiName, aggregation: need.aggregation, uniqueDimension: need.uniqueDimension, filters: need.filters, combination },
    ...secondsOf(span),
    quantities: [...quantities],
    buckets: buckets.map(bucketResponse),
    eventsPath: `/invoices/${encodeURIComponent(invoiceId)}/explain/events?position=${position}`,
  };
}

function bucketResponse({ dimensions, value, eventCount, ...span }: UsageBucket): ExplainedBucketResponse {
  return { ...secondsOf(span), dimensions, value, eventCount };
}

/** Bounds of days and periods are whole seconds in every zone. */
function secondsOf({ startInMillis, endInMillis }: { readonly startInMillis: number; readonly endInMillis: number }): { startTimeInSeconds: number; endTimeInSeconds: number } {
  return { startTimeInSeconds: Math.floor(startInMillis / 1_000), endTimeInSeconds: Math.floor(endInMillis / 1_000) };
}
