import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { INVOICE_KINDS, PAYMENT_STATUSES, PRICE_STATUSES, type InvoiceKind, type PaymentStatus, type PriceStatus } from '../invoice.entity.js';

export class ListInvoicesRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only invoices of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ enum: INVOICE_KINDS, description: 'Only invoices of this kind' })
  @IsOptional()
  @IsIn(INVOICE_KINDS)
  kind?: InvoiceKind;

  @ApiPropertyOptional({ enum: PRICE_STATUSES, description: 'Only invoices whose price stands so' })
  @IsOptional()
  @IsIn(PRICE_STATUSES)
  invoicePriceStatus?: PriceStatus;

  @ApiPropertyOptional({ enum: PAYMENT_STATUSES, description: 'Only invoices whose payment stands so' })
  @IsOptional()
  @IsIn(PAYMENT_STATUSES)
  paymentStatus?: PaymentStatus;
}
