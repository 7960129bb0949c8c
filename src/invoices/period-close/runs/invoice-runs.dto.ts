import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DomainError, moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { isStorableText, isWhole, PageRequest, readCursor } from '../../../platform/http/paging.js';
import { INVOICE_KINDS, PRICE_STATUSES, type InvoiceKind, type PriceStatus } from '../../invoice.entity.js';
import type { DueInvoice } from './due-invoices.service.js';
import type { RunPlace } from './due-invoices.js';
import type { InvoiceRun } from './invoice-runs.service.js';

const LAST_MILLISECOND = 253_402_300_799_999;
const AS_OF = 'Epoch milliseconds; default the account’s time';

export class RunInvoicesRequest {
  @ApiPropertyOptional({ description: AS_OF })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_MILLISECOND)
  asOfTimeInMillis?: number;
}

export class ListDueInvoicesRequest extends PageRequest {
  @ApiPropertyOptional({ description: `${AS_OF}. One to come is answered as things stand now` })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(LAST_MILLISECOND)
  asOfTimeInMillis?: number;
}

export class InvoiceRunResponse {
  @ApiProperty({ description: 'Epoch milliseconds' })
  asOfTimeInMillis!: number;

  @ApiProperty({ description: 'Invoices whose period or grace is over: they are being locked' })
  due!: number;

  @ApiProperty({ description: 'Invoices whose grace is over and which wait for a run' })
  waiting!: number;

  @ApiProperty({ description: 'Invoices that cannot be rated, each with the reason in paymentStatusMessage; tried again hourly, and by a run' })
  failed!: number;

  @ApiProperty({ description: 'Locked invoices that are on their way to a provider' })
  handingOver!: number;

  @ApiProperty({ description: 'Requests to providers until they are through, with those of invoices that are still to be locked; looks at what became of them among them' })
  callsLeft!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'When that will be, at the rate that the connections’ budgets grant: epoch milliseconds of real time. null: nothing is left, a connection is paused, or its requests are not limited' })
  forecastTimeInMillis!: number | null;
}

export class LockProblemResponse {
  @ApiProperty({ example: 'negative_quantity' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class DueInvoiceResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ enum: INVOICE_KINDS })
  kind!: InvoiceKind;

  @ApiProperty({ type: String, nullable: true })
  planId!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  periodStartTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds, not part of the period' })
  periodEndTimeInMillis!: number;

  @ApiProperty({ description: 'Up to when late events count at least, epoch milliseconds' })
  graceEndTimeInMillis!: number;

  @ApiProperty({ enum: PRICE_STATUSES })
  invoicePriceStatus!: PriceStatus;

  @ApiProperty({ description: 'Whether it waits for POST /invoices/run once its grace is over' })
  isWaiting!: boolean;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'What it comes to by the usage there is now, without what is carried into it; null where it cannot be rated' })
  total!: MoneyJson | null;

  @ApiProperty({ type: LockProblemResponse, nullable: true, description: 'Why it could not be locked' })
  problem!: LockProblemResponse | null;
}

export function placeOf({ cursor }: PageRequest): RunPlace | null {
  return cursor === undefined ? null : readCursor(cursor, ([atInMillis, id]) => (isWhole(atInMillis) && isStorableText(id) ? { atInMillis, id } : null));
}

export function runResponse({ asOfInMillis, throughAtInMillis, due, waiting, failed, handingOver, callsLeft }: InvoiceRun): InvoiceRunResponse {
  return { asOfTimeInMillis: asOfInMillis, due, waiting, failed, handingOver, callsLeft, forecastTimeInMillis: throughAtInMillis };
}

export function dueInvoiceResponse({ invoice, graceEndInMillis, charges }: DueInvoice): DueInvoiceResponse {
  const problem = charges instanceof DomainError ? { code: charges.code, message: charges.message } : null;
  return {
    invoiceId: invoice.id,
    customerId: invoice.customerId,
    kind: invoice.kind,
    planId: invoice.planId ?? null,
    periodStartTimeInMillis: invoice.periodStartInMillis,
    periodEndTimeInMillis: invoice.periodEndInMillis,
    graceEndTimeInMillis: graceEndInMillis,
    invoicePriceStatus: invoice.priceStatus,
    isWaiting: invoice.priceStatus === 'grace_period' && invoice.dueAt == null,
    total: charges instanceof DomainError ? null : moneyToJson({ amountInMinorUnits: charges.total, currency: charges.currency }),
    problem,
  };
}
