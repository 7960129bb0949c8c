import { ApiProperty } from '@nestjs/swagger';
import { DomainError, moneyToJson } from '@tollkeeper/kernel';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { PRICE_STATUSES, type PriceStatus } from '../../invoices/invoice.entity.js';
import { MoneyResponse } from '../../platform/http/money.response.js';
import type { AffectedInvoice } from '../affected-invoices.js';
import type { CorrectionOverview, MoneyDifference } from '../correction-previews.service.js';

class MeterDifferenceResponse {
  @ApiProperty()
  meterApiName!: string;

  @ApiProperty({ description: 'Events of it that the correction is about' })
  eventCount!: number;

  @ApiProperty({ description: 'Sum of their values, exact decimal', example: '12.5' })
  units!: string;

  @ApiProperty({ description: 'What counts in it instead, with what comes from other meters', example: '0' })
  unitsAfter!: string;
}

class MoneyDifferenceResponse {
  @ApiProperty({ description: 'Invoices in this currency whose periods hold some of the usage' })
  invoiceCount!: number;

  @ApiProperty({ description: 'Of these locked, and so corrected by an adjustment' })
  lockedCount!: number;

  @ApiProperty({ type: MoneyResponse, description: 'What open invoices, and adjustments of locked ones, come to now' })
  total!: MoneyResponse;

  @ApiProperty({ type: MoneyResponse })
  totalAfter!: MoneyResponse;

  @ApiProperty({ type: MoneyResponse, description: 'What the correction makes of it: below zero where customers owe less' })
  difference!: MoneyResponse;
}

export class CorrectionPreviewResponse {
  @ApiProperty()
  eventCount!: number;

  @ApiProperty({ description: 'Customers that these events are of' })
  customerCount!: number;

  @ApiProperty({ type: [MeterDifferenceResponse] })
  meters!: MeterDifferenceResponse[];

  @ApiProperty({ type: [MoneyDifferenceResponse], nullable: true, description: 'By currency; null where more than 1,000 invoices are affected, which are listed by preview/invoices' })
  money!: MoneyDifferenceResponse[] | null;

  @ApiProperty({ description: 'Affected invoices that cannot be computed as things are, or could not be after it; they are not in the sums' })
  unratedInvoiceCount!: number;
}

class RatingProblemResponse {
  @ApiProperty({ example: 'negative_quantity' })
  code!: string;

  @ApiProperty({ description: 'A sentence for people' })
  message!: string;
}

export class AffectedInvoiceResponse {
  @ApiProperty({ description: 'Of the period that holds some of the usage' })
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ enum: PRICE_STATUSES })
  invoicePriceStatus!: PriceStatus;

  @ApiProperty({ description: 'Epoch seconds' })
  invoiceStartTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds, not part of the period' })
  invoiceEndTimeInSeconds!: number;

  @ApiProperty({ enum: ['invoice', 'adjustment'], description: 'What the totals are of: the invoice, or where it is locked the adjustment that bills or gives back the difference' })
  billedBy!: 'invoice' | 'adjustment';

  @ApiProperty({ type: String, nullable: true, description: 'The adjustment that there is already' })
  adjustmentId!: string | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'Null where it cannot be computed' })
  total!: MoneyResponse | null;

  @ApiProperty({ type: MoneyResponse, nullable: true })
  totalAfter!: MoneyResponse | null;

  @ApiProperty({ type: MoneyResponse, nullable: true })
  difference!: MoneyResponse | null;

  @ApiProperty({ type: RatingProblemResponse, nullable: true, description: 'Why it cannot be computed' })
  problem!: RatingProblemResponse | null;
}

export function correctionPreviewResponse({ eventCount, customerCount, meters, money, unratedCount }: CorrectionOverview): CorrectionPreviewResponse {
  return { eventCount, customerCount, meters: meters.map((meter) => ({ ...meter })), money: money && money.map(moneyResponse), unratedInvoiceCount: unratedCount };
}

function moneyResponse({ currency, invoiceCount, lockedCount, now, after }: MoneyDifference): MoneyDifferenceResponse {
  return { invoiceCount, lockedCount, ...differenceOf(currency, now, after) };
}

export function affectedInvoiceResponse({ invoice, isLocked, adjustmentId, now, after }: AffectedInvoice): AffectedInvoiceResponse {
  const { id: invoiceId, customerId, currency, priceStatus, periodStartInMillis, periodEndInMillis } = invoice;
  const problem = [now, after].find((rated) => rated instanceof DomainError);
  const totalOf = (rated: RatedCharges | DomainError): bigint => (rated instanceof DomainError ? 0n : rated.total);
  return {
    invoiceId,
    customerId,
    invoicePriceStatus: priceStatus,
    invoiceStartTimeInSeconds: periodStartInMillis / 1_000,
    invoiceEndTimeInSeconds: periodEndInMillis / 1_000,
    billedBy: isLocked ? 'adjustment' : 'invoice',
    adjustmentId,
    ...(problem ? { total: null, totalAfter: null, difference: null } : differenceOf(currency, totalOf(now), totalOf(after))),
    problem: problem ? { code: problem.code, message: problem.message } : null,
  };
}

function differenceOf(currency: string, now: bigint, after: bigint): { total: MoneyResponse; totalAfter: MoneyResponse; difference: MoneyResponse } {
  const money = (amountInMinorUnits: bigint): MoneyResponse => moneyToJson({ amountInMinorUnits, currency });
  return { total: money(now), totalAfter: money(after), difference: money(after - now) };
}
