import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { SellerDto, TaxIdDto } from '../../../accounts/dto/seller.dto.js';
import { AddressResponse } from '../../../customers/dto/customer.response.js';
import { deductionResponses, InvoiceDeductionResponse } from '../../dto/deduction.response.js';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import type { Buyer } from '../../parties/parties.js';
import { DOCUMENT_STATES, SETTLEMENT_KINDS, type DocumentLine, type DocumentState, type InvoiceDocument, type SettlementKind } from '../invoice-document.js';
import { TAX_TREATMENTS } from '../../../taxes/invoice-taxes.js';
import { lineTaxes, taxResponse } from '../../dto/invoice.mapping.js';
import { ExchangeResponse, InvoiceTaxResponse } from '../../dto/invoice-tax.response.js';

export class BuyerResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  legalName!: string;

  @ApiPropertyOptional({ type: AddressResponse })
  address?: Buyer['address'];

  @ApiPropertyOptional()
  email?: string;

  @ApiPropertyOptional({ type: [TaxIdDto] })
  taxIds?: Buyer['taxIds'];

  @ApiPropertyOptional()
  purchaseOrderNumber?: string;

  @ApiPropertyOptional({ type: [String] })
  billingEmails?: readonly string[];
}

export class DocumentLineResponse {
  @ApiProperty({ description: 'Counted from 1' })
  position!: number;

  @ApiProperty({ example: 'usage' })
  kind!: string;

  @ApiProperty({ example: 'API calls' })
  description!: string;

  @ApiProperty({ type: String, nullable: true })
  productItemId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  priceId!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  priceVersion!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the plan’s list of fees' })
  feeId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  meterApiName!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch seconds of the part of the period that it is for; null: all of it' })
  startTimeInSeconds!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  endTimeInSeconds!: number | null;

  @ApiProperty({ description: 'Exact decimal' })
  quantity!: string;

  @ApiProperty({ example: '0.002 USD' })
  unitPriceText!: string;

  @ApiProperty({ description: 'Major units before the line’s one rounding and before deductions' })
  exactAmount!: string;

  @ApiProperty({ type: MoneyResponse, description: 'Less the deductions' })
  amount!: MoneyJson;

  @ApiProperty({ type: [InvoiceDeductionResponse], description: 'What was taken off the line, in this order' })
  deductions!: InvoiceDeductionResponse[];

  @ApiProperty({ type: [InvoiceTaxResponse] })
  taxes!: InvoiceTaxResponse[];

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'As on the invoice' })
  tiers!: DocumentLine['tiers'];
}

export class DocumentSettlementResponse {
  @ApiProperty({ enum: SETTLEMENT_KINDS })
  kind!: SettlementKind;

  @ApiProperty({ type: MoneyResponse, description: 'Taken off the total' })
  amount!: MoneyJson;
}

export class DocumentPaymentResponse {
  @ApiProperty({ type: String, nullable: true })
  url!: string | null;

  @ApiProperty({ type: String, nullable: true })
  instructions!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reference!: string | null;
}

export class CorrectedInvoiceResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;
}

/** The description that all formats are made from, as data. */
export class DocumentResponse {
  @ApiProperty({ enum: ['invoice', 'credit_note'] })
  kind!: string;

  @ApiProperty({ enum: DOCUMENT_STATES })
  state!: DocumentState;

  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ type: CorrectedInvoiceResponse, nullable: true, description: 'Of a credit note: its invoice' })
  corrects!: CorrectedInvoiceResponse | null;

  @ApiProperty()
  currency!: string;

  @ApiProperty({ description: 'Epoch milliseconds; of a preview the time as of which it is computed' })
  issueTimeInMillis!: number;

  @ApiProperty({ type: Number, nullable: true })
  dueTimeInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch seconds, part of the period' })
  invoiceStartTimeInSeconds!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch seconds, not part of the period' })
  invoiceEndTimeInSeconds!: number | null;

  @ApiProperty({ type: SellerDto })
  seller!: InvoiceDocument['seller'];

  @ApiProperty({ type: BuyerResponse })
  buyer!: Buyer;

  @ApiProperty()
  locale!: string;

  @ApiProperty()
  timeZone!: string;

  @ApiProperty({ type: [DocumentLineResponse] })
  lines!: DocumentLineResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'Sum of the lines' })
  subtotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What people changed at the payment provider' })
  adjustment!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'On top of the lines and within them' })
  tax!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'The part of the tax that the lines hold' })
  taxIncluded!: MoneyJson;

  @ApiProperty({ type: String, enum: TAX_TREATMENTS, nullable: true })
  taxTreatment!: InvoiceDocument['taxTreatment'];

  @ApiProperty({ type: [InvoiceTaxResponse], description: 'By rate; none where the provider computed it' })
  taxes!: InvoiceTaxResponse[];

  @ApiProperty({ type: ExchangeResponse, nullable: true })
  exchange!: ExchangeResponse | null;

  @ApiProperty({ type: MoneyResponse, description: 'Subtotal, adjustment and the tax on top' })
  total!: MoneyJson;

  @ApiProperty({ type: [DocumentSettlementResponse] })
  settlements!: DocumentSettlementResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'The total less the settlements; zero of a void one' })
  amountDue!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  refunded!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Credited after it was settled' })
  creditedLater!: MoneyJson;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: DocumentPaymentResponse })
  payment!: DocumentPaymentResponse;
}

export function documentResponse(document: InvoiceDocument): DocumentResponse {
  const { currency, period, lines, settlements, taxes, ...facts } = document;
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  return {
    ...facts,
    currency,
    invoiceStartTimeInSeconds: period && Math.floor(period.startInMillis / 1_000),
    invoiceEndTimeInSeconds: period && Math.floor(period.endInMillis / 1_000),
    lines: lines.map(({ amount, deductions, part, taxes: ofLine, ...line }) => ({
      ...line,
      taxes: taxes.length === 0 ? [] : lineTaxes({ taxes: ofLine }, taxes, currency),
      startTimeInSeconds: part && Math.floor(part.startInMillis / 1_000),
      endTimeInSeconds: part && Math.floor(part.endInMillis / 1_000),
      amount: money(amount),
      deductions: deductionResponses(deductions, currency),
    })),
    subtotal: money(document.subtotal),
    adjustment: money(document.adjustment),
    tax: money(document.tax),
    taxIncluded: money(document.taxIncluded),
    taxes: taxes.map((share) => taxResponse(share, currency)),
    total: money(document.total),
    settlements: settlements.map(({ kind, amount }) => ({ kind, amount: money(amount) })),
    amountDue: money(document.amountDue),
    refunded: money(document.refunded),
    creditedLater: money(document.creditedLater),
  };
}
