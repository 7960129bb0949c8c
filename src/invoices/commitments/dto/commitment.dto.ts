import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { larger, moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { MoneyRequest } from '../../../catalog/dto/plan.request.js';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { PageRequest } from '../../../platform/http/paging.js';
import { trueOrFalse } from '../../../platform/http/true-or-false.js';
import { COMMITMENT_KINDS, TRUE_UPS, type CommitmentKind, type TrueUp } from '../commitment.entity.js';
import { COMMITMENT_STANDINGS, standingOf, type CommitmentStanding } from '../commitment-standing.js';
import type { CommitmentTerm } from '../commitment-term.entity.js';
import type { CommitmentView } from '../commitments.service.js';

const MOST_PERIODS = 120;

export class CreateCommitmentRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ example: 'Annual commitment 2027', description: 'Lines and documents call it so' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @ApiPropertyOptional({ enum: COMMITMENT_KINDS, default: 'postpaid', description: 'Billed as it is used, and what is missing at the end; or billed whole at the start, and taken off invoices until it is used up' })
  @IsOptional()
  @IsIn(COMMITMENT_KINDS)
  kind?: CommitmentKind;

  @ApiPropertyOptional({ enum: TRUE_UPS, default: 'at_end', nullable: true, description: 'With kind postpaid: the amount is committed for the whole time, or for each of its billing periods; what is missing is billed at the end of that' })
  @IsOptional()
  @IsIn(TRUE_UPS)
  trueUp?: TrueUp | null;

  @ApiProperty({ type: MoneyRequest, description: 'Above zero. Invoices in this currency count, by what they come to after discounts, without tax on top and without charges by hand' })
  @IsObject()
  @ValidateNested()
  @Type(() => MoneyRequest)
  amount!: MoneyRequest;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds, with the day that holds it. Invoices count whose billing period starts from then on. Default: the start of the running billing period, or today' })
  @IsOptional()
  @IsInt()
  @Min(0)
  startTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of it; the start of a day ends it there, any other time with its day. Either this or periodCount' })
  @IsOptional()
  @IsInt()
  @Min(0)
  endTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, maximum: MOST_PERIODS, description: 'Billing periods of the plan that the customer is on at the start. Either this or endTimeInMillis' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_PERIODS)
  periodCount?: number | null;
}

export class CommitmentListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only commitments of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

export class CommitmentEndRequest {
  @ApiPropertyOptional({ type: Boolean, default: true, description: 'Whether what is missing is billed' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  trueUp?: boolean;
}

export class CommitmentTermResponse {
  @ApiProperty({ description: 'Epoch milliseconds' })
  startTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds, not part of it; the same as the start where it was taken back before' })
  endTimeInMillis!: number;

  @ApiProperty({ type: MoneyResponse })
  committed!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What its locked invoices come to' })
  used!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Of the committed amount, without what was billed as missing; not below zero. Of what was paid in advance, what is not drawn' })
  left!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Billed as missing' })
  trueUpBilled!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Taken off invoices, because it was paid in advance' })
  drawn!: MoneyJson;

  @ApiProperty({ description: 'It is over, and what was missing is billed or waived' })
  isSettled!: boolean;
}

export class CommitmentUseResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ type: MoneyResponse, description: 'What counts of it; below zero where it gives back' })
  used!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What it bills as missing; below zero where less is missing than was billed' })
  trueUp!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What was taken off it, because it was paid in advance; below zero where it puts back' })
  drawn!: MoneyJson;

  @ApiProperty({ description: 'The invoice was voided and counts no more' })
  isReturned!: boolean;
}

export class CommitmentResponse {
  @ApiProperty({ example: 'com_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: COMMITMENT_KINDS })
  kind!: CommitmentKind;

  @ApiProperty({ enum: TRUE_UPS, nullable: true })
  trueUp!: TrueUp | null;

  @ApiProperty({ enum: COMMITMENT_STANDINGS, description: 'Complete: over, and what was missing is billed. Ended: before that, by a person or because the customer left' })
  status!: CommitmentStanding;

  @ApiProperty({ type: MoneyResponse, description: 'Committed for the whole time, or for each billing period' })
  amount!: MoneyJson;

  @ApiProperty({ description: 'Epoch milliseconds' })
  startTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds, not part of it' })
  endTimeInMillis!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'When it was ended early' })
  endedTimeInMillis!: number | null;

  @ApiProperty({ description: 'What is missing is not billed any more' })
  isTrueUpWaived!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The invoice of what is paid in advance; null before it starts, and of kind postpaid' })
  purchaseInvoiceId!: string | null;

  @ApiProperty({ type: [CommitmentTermResponse], description: 'The whole time, or its billing periods' })
  terms!: CommitmentTermResponse[];

  @ApiProperty({ type: [CommitmentUseResponse], description: 'Oldest first' })
  uses!: CommitmentUseResponse[];

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function commitmentResponse(view: CommitmentView): CommitmentResponse {
  const { id, customerId, name, kind, trueUp, amount, currency, startInMillis, endInMillis, endedTime, isTrueUpWaived, purchaseInvoiceId, createTime, updateTime } = view.commitment;
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  return {
    ...{ id, customerId, name, kind, trueUp: trueUp ?? null, status: standingOf(view), amount: money(amount) },
    ...{ startTimeInMillis: startInMillis, endTimeInMillis: endInMillis, endedTimeInMillis: endedTime ?? null, isTrueUpWaived, purchaseInvoiceId: purchaseInvoiceId ?? null },
    terms: view.terms.map((term) => termResponse(term, kind, money)),
    uses: view.uses.map(({ invoiceId, amount: used, trueUp: billed, drawn, returnedTime }) => ({ invoiceId, used: money(used), trueUp: money(billed), drawn: money(drawn), isReturned: returnedTime != null })),
    ...{ createTime, updateTime },
  };
}

function termResponse({ startInMillis, endInMillis, amount, used, trueUp, drawn, settledTime }: CommitmentTerm, kind: CommitmentKind, money: (amount: bigint) => MoneyJson): CommitmentTermResponse {
  const left = kind === 'prepaid' ? amount - drawn : amount - used - trueUp;
  return {
    ...{ startTimeInMillis: startInMillis, endTimeInMillis: endInMillis, committed: money(amount), used: money(used) },
    ...{ left: money(larger(left, 0n)), trueUpBilled: money(trueUp), drawn: money(drawn), isSettled: settledTime != null },
  };
}
