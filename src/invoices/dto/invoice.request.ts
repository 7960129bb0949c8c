import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { PAYMENT_STATUSES, type PaymentStatus, type PriceStatus } from '../invoice.entity.js';

export class ListInvoicesRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only invoices of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ enum: ['open', 'grace_period', 'price_locked'], description: 'Only invoices whose price stands so' })
  @IsOptional()
  @IsIn(['open', 'grace_period', 'price_locked'])
  invoicePriceStatus?: PriceStatus;

  @ApiPropertyOptional({ enum: PAYMENT_STATUSES, description: 'Only invoices whose payment stands so' })
  @IsOptional()
  @IsIn(PAYMENT_STATUSES)
  paymentStatus?: PaymentStatus;
}
