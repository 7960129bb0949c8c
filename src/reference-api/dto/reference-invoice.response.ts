import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PAYMENT_STATUSES, type PaymentStatus, type PriceStatus } from '../../invoices/invoice.entity.js';

export class ReferenceInvoiceKey {
  @ApiProperty()
  accountId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'Always 1' })
  productId!: string;

  @ApiProperty()
  productPlanId!: string;

  @ApiProperty({ description: 'Of the day the period starts on, in the account’s zone' })
  year!: number;

  @ApiProperty()
  month!: number;

  @ApiProperty()
  day!: number;
}

export class ReferenceItemKey extends ReferenceInvoiceKey {
  @ApiProperty()
  productItemKey!: string;
}

export class ReferenceItemBill {
  @ApiProperty({ description: 'Epoch seconds' })
  startTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds' })
  endTimeInSeconds!: number;

  @ApiProperty()
  meterUnits!: number;

  @ApiProperty({ description: 'Major units, a plain number' })
  price!: number;

  @ApiProperty({ description: 'Major units, a plain number' })
  priceInBaseCurrency!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, description: 'By the number of units the tier starts after' })
  meteredUnitsPerTier!: Record<string, number>;
}

export class ReferenceItemVariant {
  @ApiProperty({ type: ReferenceItemKey })
  key!: ReferenceItemKey;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  itemDimensions!: Record<string, string>;

  @ApiProperty()
  dimensionLabel!: string;

  @ApiProperty({ type: 'array', items: {}, description: 'Always empty' })
  hourlyBillInfos!: unknown[];

  @ApiProperty({ type: ReferenceItemBill })
  totalBill!: ReferenceItemBill;

  @ApiProperty({ type: 'array', items: {}, description: 'Always empty' })
  lateArrivalMeters!: unknown[];
}

export class ReferenceItemInvoice {
  @ApiProperty({ type: ReferenceItemKey })
  key!: ReferenceItemKey;

  @ApiProperty()
  productItemId!: string;

  @ApiProperty()
  productItemName!: string;

  @ApiProperty()
  meterApiName!: string;

  @ApiProperty()
  productPlanName!: string;

  @ApiProperty({ type: [ReferenceItemVariant] })
  productItemVariants!: ReferenceItemVariant[];

  @ApiProperty({ type: ReferenceItemBill })
  totalBill!: ReferenceItemBill;
}

export class ReferencePlanFee {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ description: 'Major units, a plain number' })
  cost!: number;

  @ApiProperty({ description: 'Major units, a plain number' })
  costInBaseCurrency!: number;

  @ApiProperty()
  isOneTimeFee!: boolean;
}

export class ReferenceBill {
  @ApiProperty({ description: 'Epoch seconds' })
  startTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds' })
  endTimeInSeconds!: number;

  @ApiProperty({ description: 'Usage, in major units' })
  itemPrice!: number;

  @ApiProperty({ description: 'Fees and all else that is no usage' })
  fixPrice!: number;

  @ApiProperty({ description: 'Taken off because a commitment was paid in advance' })
  prepaid!: number;

  @ApiProperty({ description: 'Usage that is free by the plan' })
  totalDiscount!: number;

  @ApiProperty({ description: 'Major units, a plain number' })
  totalPriceBeforeDiscount!: number;

  @ApiProperty({ description: 'Major units, a plain number' })
  totalPriceBeforePrepaid!: number;

  @ApiProperty({ description: 'Without tax' })
  totalPrice!: number;
}

export class ReferenceBillingPeriod {
  @ApiProperty({ enum: ['day', 'month', 'year'] })
  interval!: string;

  @ApiProperty()
  intervalsCount!: number;
}

export class ReferenceCurrencyInfo {
  @ApiProperty()
  basePlanCurrency!: string;

  @ApiProperty()
  exchangeRate!: number;

  @ApiProperty()
  paymentCurrency!: string;
}

export class ReferencePromotion {
  @ApiProperty()
  promotionId!: string;

  @ApiProperty()
  promotionName!: string;

  @ApiProperty({ enum: ['discount'] })
  promotionType!: string;

  @ApiProperty({ description: 'Taken off all lines together, major units' })
  discount!: number;

  @ApiProperty()
  discountInBaseCurrency!: number;

  @ApiPropertyOptional({ description: 'Epoch seconds: since when the customer has it' })
  promotionAppliedTimeInSeconds?: number;
}

export class ReferenceCommitment {
  @ApiProperty({ description: 'Of GET /commitments' })
  commitmentId!: string;

  @ApiProperty({ description: 'The same' })
  obligationId!: string;

  @ApiProperty()
  obligationName!: string;

  @ApiProperty({ description: 'What is missing to the committed amount, major units' })
  feeAmount!: number;

  @ApiProperty()
  feeInBaseCurrency!: number;
}

export class ReferenceInvoiceResponse {
  @ApiProperty()
  invoiceUri!: string;

  @ApiProperty({ description: 'The id of GET /invoices/:id' })
  uuid!: string;

  @ApiProperty({ type: ReferenceInvoiceKey })
  invoiceKey!: ReferenceInvoiceKey;

  @ApiProperty({ type: ReferenceBillingPeriod })
  planBillingPeriod!: ReferenceBillingPeriod;

  @ApiProperty()
  planName!: string;

  @ApiProperty({ description: 'Epoch seconds' })
  invoiceStartTimeInSeconds!: number;

  @ApiProperty({ description: 'Epoch seconds' })
  invoiceEndTimeInSeconds!: number;

  @ApiProperty()
  gracePeriodInHours!: number;

  @ApiProperty({ type: [ReferenceItemInvoice] })
  productItemInvoices!: ReferenceItemInvoice[];

  @ApiProperty({ type: [ReferencePromotion], description: 'Discounts' })
  appliedPromotions!: ReferencePromotion[];

  @ApiProperty({ type: [ReferenceCommitment], description: 'What is missing to what was committed' })
  appliedCommitments!: ReferenceCommitment[];

  @ApiProperty({ type: 'array', items: {}, description: 'Always empty' })
  appliedInvoiceBasedFees!: unknown[];

  @ApiProperty({ type: [ReferencePlanFee] })
  productPlanFees!: ReferencePlanFee[];

  @ApiProperty({ type: ReferenceBill })
  totalBill!: ReferenceBill;

  @ApiProperty({ type: ReferenceBill })
  invoiceBillInBaseCurrency!: ReferenceBill;

  @ApiProperty({ enum: ['open', 'grace_period', 'price_locked'] })
  invoicePriceStatus!: PriceStatus;

  @ApiProperty({ enum: PAYMENT_STATUSES })
  paymentStatus!: PaymentStatus;

  @ApiPropertyOptional({ description: 'Of the first payment' })
  paymentCreatedInSeconds?: number;

  @ApiPropertyOptional({ description: 'The provider’s own word' })
  externalSystemStatus?: string;

  @ApiProperty({ type: ReferenceCurrencyInfo })
  paymentCurrencyInfo!: ReferenceCurrencyInfo;
}

export class ReferencePageInfo {
  @ApiProperty({ description: 'Counted from 1' })
  page!: number;

  @ApiProperty()
  limit!: number;

  @ApiProperty()
  totalRowCount!: number;

  @ApiProperty()
  totalPages!: number;
}

export class ReferenceInvoicePage {
  @ApiProperty({ type: ReferencePageInfo })
  pageInfo!: ReferencePageInfo;

  @ApiProperty({ type: [ReferenceInvoiceResponse] })
  data!: ReferenceInvoiceResponse[];
}
