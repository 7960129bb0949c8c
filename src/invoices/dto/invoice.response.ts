import { ApiProperty } from '@nestjs/swagger';
import type { MoneyJson } from '@tollkeeper/kernel';
import { RATED_TIER_KINDS, type RatedTierKind } from '@tollkeeper/rating';
import { INVOICE_KINDS, PAYMENT_STATUSES, PRICE_STATUSES, type InvoiceKind, type PaymentStatus, type PriceStatus } from '../invoice.entity.js';
import { InvoiceDeductionResponse } from './deduction.response.js';
import { InvoiceEditResponse } from './invoice-edit.response.js';
import { MoneyResponse } from '../../platform/http/money.response.js';
import { TAX_TREATMENTS, type TaxTreatment } from '../../taxes/invoice-taxes.js';
import { ExchangeResponse, InvoiceTaxResponse } from './invoice-tax.response.js';

export class InvoiceTierResponse {
  @ApiProperty({ enum: RATED_TIER_KINDS, description: 'A price of units; an amount due once; one for each event; what makes up for a minimum or a maximum' })
  kind!: RatedTierKind;

  @ApiProperty({ type: String, nullable: true, example: 'eu, large', description: 'The row of a matrix, or what a fee or a bound is' })
  label!: string | null;

  @ApiProperty({ description: 'The tier begins after this unit of the period' })
  fromUnit!: string;

  @ApiProperty({ type: String, nullable: true })
  toUnit!: string | null;

  @ApiProperty()
  units!: string;

  @ApiProperty({ description: 'Of a unit, or of a package where there is a package size' })
  unitPrice!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where units are sold one by one' })
  packageSize!: string | null;

  @ApiProperty({ type: String, nullable: true })
  packages!: string | null;

  @ApiProperty()
  flatFee!: string;

  @ApiProperty({ type: String, nullable: true, example: '10/31', description: 'The part that is charged; null: all of it' })
  share!: string | null;

  @ApiProperty({ description: '(Units or packages × unit price + flat fee) × share' })
  amount!: string;
}

export class InvoiceLineResponse {
  @ApiProperty({ enum: ['usage', 'fee', 'carried', 'free_amount', 'minimum', 'charge', 'true_up'] })
  kind!: string;

  @ApiProperty({ type: String, nullable: true })
  productItemId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  priceId!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Which version of the price' })
  priceVersion!: number | null;

  @ApiProperty({ type: String, nullable: true })
  meterApiName!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds: the part of the period that the line is for; all of it, unless the price changed in it. Null on a carried line' })
  periodStartTimeInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of it' })
  periodEndTimeInMillis!: number | null;

  @ApiProperty({ example: 'API calls' })
  description!: string;

  @ApiProperty({ description: 'Exact decimal', example: '10000' })
  quantity!: string;

  @ApiProperty({ example: '0.002 USD' })
  unitPriceText!: string;

  @ApiProperty({ description: 'Major units before the line’s one rounding and before deductions', example: '20' })
  exactAmount!: string;

  @ApiProperty({ type: MoneyResponse, description: 'What the line costs: rounded once, less the deductions' })
  amount!: MoneyJson;

  @ApiProperty({ type: [InvoiceDeductionResponse], description: 'What was taken off the line, in this order' })
  deductions!: InvoiceDeductionResponse[];

  @ApiProperty({ type: [InvoiceTierResponse] })
  tiers!: InvoiceTierResponse[];
}

export class InvoicePaymentResponse {
  @ApiProperty({ description: 'The payment’s id at the provider' })
  providerPaymentId!: string;

  @ApiProperty({ enum: ['requires_payment_method', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled'] })
  status!: string;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  amountRefunded!: MoneyJson;

  @ApiProperty({ type: String, nullable: true, example: 'card_declined' })
  failureCode!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'insufficient_funds' })
  declineCode!: string | null;

  @ApiProperty({ type: String, nullable: true })
  failureMessage!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Where the customer confirms the payment' })
  nextActionUrl!: string | null;

  @ApiProperty({ type: 'object', nullable: true, properties: { brand: { type: 'string' }, last4: { type: 'string' } } })
  card!: { brand: string; last4: string } | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export class RecordedPaymentResponse {
  @ApiProperty({ example: 'rpm_01j3…' })
  id!: string;

  @ApiProperty({ enum: ['payment', 'reversal'] })
  kind!: 'payment' | 'reversal';

  @ApiProperty({ type: String, nullable: true, description: 'Of a reversal: the payment it takes back' })
  reversesId!: string | null;

  @ApiProperty({ example: 'bank_transfer' })
  systemName!: string;

  @ApiProperty({ description: 'The id of the payment in that system' })
  paymentId!: string;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyJson;

  @ApiProperty({ description: 'Epoch seconds' })
  paymentTimeInSeconds!: number;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export class InvoiceSummaryResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: INVOICE_KINDS })
  kind!: InvoiceKind;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: String, nullable: true })
  planId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ description: 'Epoch seconds, part of the period' })
  invoiceStartTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds, not part of the period' })
  invoiceEndTimeInSeconds!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds of the price lock that is due' })
  graceEndTimeInMillis!: number | null;

  @ApiProperty({ enum: PRICE_STATUSES })
  invoicePriceStatus!: PriceStatus;

  @ApiProperty({ enum: PAYMENT_STATUSES })
  paymentStatus!: PaymentStatus;

  @ApiProperty({ type: String, nullable: true, example: 'declined' })
  paymentStatusReason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A sentence for people' })
  paymentStatusMessage!: string | null;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'Null until the price is locked; GET /invoices/:id computes a preview' })
  total!: MoneyJson | null;

  @ApiProperty({ type: MoneyResponse })
  amountDue!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  amountPaid!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  amountRefunded!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  amountDisputed!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  amountOpen!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Recorded by people beyond what there was to pay' })
  amountSurplus!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Recorded as paid, and taken back after the invoice was closed' })
  amountReversed!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Taken back by credit notes' })
  amountCredited!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Paid beyond what was due; the provider put it on the customer’s balance' })
  amountOverpaid!: MoneyJson;

  @ApiProperty({ type: String, nullable: true, example: 'STRIPE' })
  paymentProviderName!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s own word' })
  providerStatus!: string | null;

  @ApiProperty({ type: String, nullable: true })
  providerInvoiceId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  providerCustomerId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s page where the customer sees and pays it' })
  hostedInvoiceUrl!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What the customer writes on the payment, where there is no document to pay' })
  paymentReference!: string | null;

  @ApiProperty({ type: String, nullable: true })
  documentUrl!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  dueTimeInMillis!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  nextAttemptTime!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'The later invoice this one was carried into' })
  carriedIntoInvoiceId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of an adjustment: the locked invoice whose period it bills the rest of, or whose fees it gives back' })
  adjustsInvoiceId!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export class TaxedLineResponse extends InvoiceLineResponse {
  @ApiProperty({ type: [InvoiceTaxResponse] })
  taxes!: InvoiceTaxResponse[];
}

export class HandOverProblemResponse {
  @ApiProperty({ enum: ['unsupported_currency', 'amount_not_representable'] })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class InvoiceResponse extends InvoiceSummaryResponse {
  @ApiProperty({ description: 'True while lines and total are computed as of now and not frozen' })
  isPreview!: boolean;

  @ApiProperty({ type: MoneyResponse })
  subtotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'On top of the subtotal and within it' })
  tax!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'The part of the tax that the subtotal holds' })
  taxIncluded!: MoneyJson;

  @ApiProperty({ type: String, enum: TAX_TREATMENTS, nullable: true, description: 'How it is taxed: by rates of the account, by the provider’s own, not because the customer is exempt or owes the tax; null: nothing is known of taxes' })
  taxTreatment!: TaxTreatment | null;

  @ApiProperty({ type: [InvoiceTaxResponse], description: 'By rate' })
  taxes!: InvoiceTaxResponse[];

  @ApiProperty({ type: ExchangeResponse, nullable: true, description: 'Where it is in another currency than its plan' })
  exchange!: ExchangeResponse | null;

  @ApiProperty({ type: HandOverProblemResponse, nullable: true, description: 'Before the lock: why its provider could not be sent it as it stands, while something can still be done about it' })
  handOverProblem!: HandOverProblemResponse | null;

  @ApiProperty({ type: [TaxedLineResponse] })
  lines!: TaxedLineResponse[];

  @ApiProperty({ type: [InvoicePaymentResponse], description: 'Oldest first' })
  payments!: InvoicePaymentResponse[];

  @ApiProperty({ type: [RecordedPaymentResponse], description: 'What people recorded as received outside a provider, and taken back; oldest first' })
  recordedPayments!: RecordedPaymentResponse[];

  @ApiProperty({ type: [InvoiceEditResponse], description: 'What people changed of the document at the provider, adopted here; oldest first' })
  edits!: InvoiceEditResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'How the customer pays, where there is no document to pay; several lines' })
  paymentInstructions!: string | null;
}
