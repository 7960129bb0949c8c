import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DomainError, invalid, moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { PriceRuleRequest } from '../../../catalog/dto/price.dto.js';
import { PROPOSED_PRICE_ID } from '../../../catalog/proposed-prices.service.js';
import type { ChargeLine, RatedCharges } from '../../../charges/rated-charges.js';
import type { BilledCharges } from '../../taxation/billed-charges.js';
import { InvoiceLineResponse } from '../../dto/invoice.response.js';
import { lineResponse } from '../../dto/invoice.mapping.js';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { billedDifference, billedResponse, BilledTotalResponse } from './billed.response.js';
import type { Preview, PreviewRequest } from '../invoice-previews.service.js';

const MOST_PRICES = 100;
const LAST_SECOND = 253_402_300_799;

export class ProposedPriceRequest extends PriceRuleRequest {
  @ApiProperty({ description: 'Takes the place of the plan’s price of this item, or is added' })
  @IsString()
  @IsNotEmpty()
  productItemId!: string;
}

/** What is asked about in the place of what holds. */
export class ProposalRequest {
  @ApiPropertyOptional({ description: 'Another plan; default the customer’s' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  planId?: string;

  @ApiPropertyOptional({ type: [ProposedPriceRequest], description: 'Prices that are only asked about' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PRICES)
  @ValidateNested({ each: true })
  @Type(() => ProposedPriceRequest)
  prices?: ProposedPriceRequest[];
}

export class PreviewInvoiceRequest extends ProposalRequest {
  @ApiProperty({ example: 'acme-corp' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiPropertyOptional({ description: 'Epoch seconds; default the running period' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LAST_SECOND)
  startTimeInSeconds?: number;

  @ApiPropertyOptional({ description: 'Epoch seconds, not part of the period' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LAST_SECOND)
  endTimeInSeconds?: number;
}

export class PreviewChargesResponse {
  @ApiProperty()
  planId!: string;

  @ApiProperty({ type: [InvoiceLineResponse], description: 'A proposed price has no priceId' })
  lines!: InvoiceLineResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'In the plan’s currency, before tax' })
  total!: MoneyJson;

  @ApiProperty({ type: BilledTotalResponse, nullable: true, description: 'As an invoice would say it: in the customer’s currency and with tax; null where that cannot be told' })
  billed!: BilledTotalResponse | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it cannot be told, such as a rate of exchange or of tax that is missing' })
  problem!: string | null;
}

export class PreviewInvoiceResponse extends PreviewChargesResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'Epoch seconds' })
  startTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds, not part of the period' })
  endTimeInSeconds!: number;

  @ApiProperty({ type: PreviewChargesResponse, nullable: true, description: 'The same period by the plan the customer is on; null without one' })
  present!: PreviewChargesResponse | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'total less the present one; null without one, or where it is in another currency' })
  difference!: MoneyJson | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'billed.total less the present one; null without one of them' })
  billedDifference!: MoneyJson | null;
}

/** @throws DomainError `invalid_time_range` when one end of the period is missing */
export function previewRequest({ customerId, planId, prices, startTimeInSeconds: start, endTimeInSeconds: end }: PreviewInvoiceRequest): PreviewRequest {
  if ((start === undefined) !== (end === undefined)) throw invalid('invalid_time_range', 'Send both startTimeInSeconds and endTimeInSeconds, or neither for the running period.');
  const period = start === undefined || end === undefined ? null : { startInMillis: start * 1_000, endInMillis: end * 1_000 };
  return { customerId, period, planId: planId ?? null, prices: prices ?? [] };
}

export function previewResponse(customerId: string, { startInMillis, endInMillis, planId, charges, present, billed }: Preview): PreviewInvoiceResponse {
  const isComparable = present !== null && present.charges.currency === charges.currency;
  return {
    customerId,
    startTimeInSeconds: Math.floor(startInMillis / 1_000),
    endTimeInSeconds: Math.floor(endInMillis / 1_000),
    ...chargesResponse(planId, charges, billed.proposed),
    present: present && chargesResponse(present.planId, present.charges, billed.present),
    difference: isComparable ? moneyToJson({ amountInMinorUnits: charges.total - present.charges.total, currency: charges.currency }) : null,
    billedDifference: billedDifference(billed.present, billed.proposed),
  };
}

function chargesResponse(planId: string, { currency, lines, total }: RatedCharges, billed: BilledCharges | DomainError | null): PreviewChargesResponse {
  const outcome = { billed: billedResponse(billed), problem: billed instanceof DomainError ? billed.message : null };
  return { ...outcome, planId, lines: lines.filter(({ isEmpty }) => !isEmpty).map((line) => lineResponse(withoutProposal(line), currency)), total: moneyToJson({ amountInMinorUnits: total, currency }) };
}

function withoutProposal(line: ChargeLine): ChargeLine {
  return line.priceId === PROPOSED_PRICE_ID ? { ...line, priceId: null, priceVersion: null } : line;
}
