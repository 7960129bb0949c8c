import { ApiProperty } from '@nestjs/swagger';
import { DomainError, moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { TAX_TREATMENTS, type TaxTreatment } from '../../../taxes/invoice-taxes.js';
import { ExchangeResponse, InvoiceTaxResponse } from '../../dto/invoice-tax.response.js';
import { taxResponse } from '../../dto/invoice.mapping.js';
import type { BilledCharges } from '../../taxation/billed-charges.js';

/** What an invoice would say, before discounts. */
export class BilledTotalResponse {
  @ApiProperty({ type: ExchangeResponse, nullable: true, description: 'Where the customer is invoiced in another currency than the plan’s' })
  exchange!: ExchangeResponse | null;

  @ApiProperty({ enum: TAX_TREATMENTS, nullable: true, description: 'Null where nothing is known of taxes; provider: its document will say them' })
  taxTreatment!: TaxTreatment | null;

  @ApiProperty({ type: [InvoiceTaxResponse] })
  taxes!: InvoiceTaxResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'Sum of the lines' })
  subtotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'On top of the subtotal and within it' })
  tax!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What there is to pay' })
  total!: MoneyJson;
}

type Billed = BilledCharges | DomainError | null;

export function billedResponse(billed: Billed): BilledTotalResponse | null {
  if (billed === null || billed instanceof DomainError) return null;
  const { currency, exchange = null, taxTreatment, taxes, subtotal, tax } = billed;
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  return { exchange, taxTreatment, taxes: taxes.map((share) => taxResponse(share, currency)), subtotal: money(subtotal), tax: money(tax), total: money(payableOf(billed)) };
}

/** Null without one of them, or where they are in different currencies. */
export function billedDifference(present: Billed, proposed: Billed): MoneyJson | null {
  if (present === null || proposed === null || present instanceof DomainError || proposed instanceof DomainError || present.currency !== proposed.currency) return null;
  return moneyToJson({ amountInMinorUnits: payableOf(proposed) - payableOf(present), currency: proposed.currency });
}

function payableOf({ total, tax, taxIncluded }: BilledCharges): bigint {
  return total - taxIncluded + tax;
}
