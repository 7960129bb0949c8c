import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DomainError, moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { RatedCharges } from '../../../charges/rated-charges.js';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { encodeParts, isStorableText, readCursor } from '../../../platform/http/paging.js';
import type { ComparedPeriod, WhatIf } from '../what-if-for-all.service.js';
import { billedDifference, billedResponse, BilledTotalResponse } from './billed.response.js';
import { ProposalRequest } from './preview.dto.js';

const MOST_PLANS = 100;
const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 500;

export class WhatIfForAllRequest extends ProposalRequest {
  @ApiPropertyOptional({ type: [String], description: 'Only customers on one of these plans' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PLANS)
  @IsString({ each: true })
  ofPlanIds?: string[];

  @ApiPropertyOptional({ default: DEFAULT_LIMIT, maximum: LARGEST_LIMIT, description: 'Customers per page' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_LIMIT)
  limit?: number;

  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IsOptional()
  @IsString()
  cursor?: string;
}

export class ComparedPeriodResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'Of the running period' })
  invoiceId!: string;

  @ApiProperty({ description: 'The plan the customer is on' })
  planId!: string;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'What the period comes to so far; null where it cannot be rated' })
  present!: MoneyJson | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'What it would come to' })
  proposed!: MoneyJson | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'proposed less present; null without one of them, or where they are in different currencies' })
  difference!: MoneyJson | null;

  @ApiProperty({ type: BilledTotalResponse, nullable: true, description: 'As the period’s invoice says it: in the customer’s currency and with tax; null where that cannot be told' })
  presentBilled!: BilledTotalResponse | null;

  @ApiProperty({ type: BilledTotalResponse, nullable: true, description: 'As it would say it' })
  proposedBilled!: BilledTotalResponse | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'The totals of proposedBilled less presentBilled; null without one of them' })
  billedDifference!: MoneyJson | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it cannot be rated, exchanged or taxed' })
  problem!: string | null;
}

export class WhatIfForAllResponse {
  @ApiProperty({ type: [ComparedPeriodResponse], description: 'In the order of the customers’ ids' })
  customers!: ComparedPeriodResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'null on the last page' })
  nextCursor!: string | null;
}

export function whatIfOf({ planId, prices, ofPlanIds }: WhatIfForAllRequest): WhatIf {
  return { planId: planId ?? null, prices: prices ?? [], ofPlanIds: ofPlanIds ?? null };
}

/** @throws DomainError `invalid_cursor` */
export function pageOf({ limit, cursor }: WhatIfForAllRequest): { limit: number; after: string } {
  return { limit: limit ?? DEFAULT_LIMIT, after: cursor === undefined ? '' : readCursor(cursor, ([customerId]) => (isStorableText(customerId) ? customerId : null)) };
}

/** @param rows at most one more than the limit, which only says that there are more */
export function whatIfResponse(rows: readonly ComparedPeriod[], limit: number): WhatIfForAllResponse {
  const page = rows.slice(0, limit);
  return { customers: page.map(comparedOf), nextCursor: rows.length > limit ? encodeParts([page.at(-1)!.invoice.customerId]) : null };
}

function comparedOf({ invoice, present, proposed, billed }: ComparedPeriod): ComparedPeriodResponse {
  const [now, then] = [ratedOf(present), ratedOf(proposed)];
  const problem = [present, proposed, billed.present, billed.proposed].find((charges) => charges instanceof DomainError);
  const isComparable = now !== null && then !== null && now.currency === then.currency;
  return {
    ...{ customerId: invoice.customerId, invoiceId: invoice.id, planId: invoice.planId ?? '' },
    present: totalOf(now),
    proposed: totalOf(then),
    difference: isComparable ? moneyToJson({ amountInMinorUnits: then.total - now.total, currency: now.currency }) : null,
    ...{ presentBilled: billedResponse(billed.present), proposedBilled: billedResponse(billed.proposed), billedDifference: billedDifference(billed.present, billed.proposed) },
    problem: problem?.message ?? null,
  };
}

function ratedOf(charges: RatedCharges | DomainError): RatedCharges | null {
  return charges instanceof DomainError ? null : charges;
}

function totalOf(charges: RatedCharges | null): MoneyJson | null {
  return charges && moneyToJson({ amountInMinorUnits: charges.total, currency: charges.currency });
}
