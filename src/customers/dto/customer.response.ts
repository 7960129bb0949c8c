import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { CustomerWithLink } from '../customer-records.js';
import { LIFECYCLE_STAGES, SUSPEND_REASONS, type Address, type CustomerBilling, type LifecycleStage, type SuspendReason } from '../customer.entity.js';
import { CustomerBillingDto } from './customer.request.js';

export class AddressResponse {
  @ApiPropertyOptional()
  line1?: string;

  @ApiPropertyOptional()
  city?: string;

  @ApiPropertyOptional()
  state?: string;

  @ApiPropertyOptional()
  postalCode?: string;

  @ApiPropertyOptional()
  country?: string;
}

export class PaymentProviderLinkResponse {
  @ApiProperty({ example: 'STRIPE' })
  providerName!: string;

  @ApiProperty({ enum: ['pending', 'failed'], description: 'pending: finished in the background, the traits appear then; failed: see reason, and send the customer again' })
  status!: 'pending' | 'failed';

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

export class CustomerSuspensionResponse {
  @ApiProperty({ description: 'Epoch milliseconds, by the account’s clock' })
  sinceTimeInMillis!: number;

  @ApiProperty({ enum: SUSPEND_REASONS, description: 'Every retry was declined, or an invoice is overdue for longer than the connection’s suspensionDays' })
  reason!: SuspendReason;

  @ApiProperty({ description: 'The invoice that did it' })
  invoiceId!: string;
}

export class CustomerResponse {
  @ApiProperty({ description: 'Equals customerId' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  customerName!: string;

  @ApiPropertyOptional()
  customerEmail?: string;

  @ApiPropertyOptional()
  description?: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty()
  test!: boolean;

  @ApiProperty({ enum: LIFECYCLE_STAGES })
  lifecycleStage!: LifecycleStage;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  traits!: Record<string, string>;

  @ApiPropertyOptional({ type: AddressResponse })
  address?: Address;

  @ApiPropertyOptional({ type: CustomerBillingDto })
  billing?: CustomerBilling;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Epoch milliseconds' })
  updateTime!: number;

  @ApiPropertyOptional({ type: 'integer', format: 'int64', description: 'Epoch milliseconds since which enabled is false' })
  deactivateTimeStamp?: number;

  @ApiPropertyOptional({ type: 'integer', format: 'int64', description: 'Epoch milliseconds; in the answer to DELETE' })
  deleteTime?: number;

  @ApiPropertyOptional({ type: CustomerSuspensionResponse, description: 'Only while the customer is suspended for not paying, by the connection’s setting; it ends when nothing overdue is left' })
  suspension?: CustomerSuspensionResponse;

  @ApiPropertyOptional({ type: PaymentProviderLinkResponse, description: 'Only while the link to the payment provider is on its way or has failed' })
  paymentProviderLink?: PaymentProviderLinkResponse;
}

/** The reference's Customer; what is not set is left out. */
export function customerResponse({ customer, unsettledLink }: CustomerWithLink): CustomerResponse {
  return {
    id: customer.customerId,
    customerId: customer.customerId,
    customerName: customer.customerName,
    ...(customer.customerEmail == null ? {} : { customerEmail: customer.customerEmail }),
    ...(customer.description == null ? {} : { description: customer.description }),
    enabled: customer.enabled,
    test: customer.test,
    lifecycleStage: customer.lifecycleStage,
    traits: customer.traits,
    ...(customer.address == null ? {} : { address: customer.address }),
    ...(customer.billing == null ? {} : { billing: customer.billing }),
    createTime: customer.createTime,
    updateTime: customer.updateTime,
    ...(customer.deactivateTime == null ? {} : { deactivateTimeStamp: customer.deactivateTime }),
    ...(customer.deleteTime == null ? {} : { deleteTime: customer.deleteTime }),
    ...(customer.suspendTime == null ? {} : { suspension: { sinceTimeInMillis: customer.suspendTime, reason: customer.suspendReason!, invoiceId: customer.suspendInvoiceId! } }),
    ...(unsettledLink === null ? {} : { paymentProviderLink: linkResponse(unsettledLink) }),
  };
}

function linkResponse({ providerName, status, statusReason }: NonNullable<CustomerWithLink['unsettledLink']>): PaymentProviderLinkResponse {
  return { providerName, status: status === 'failed' ? 'failed' : 'pending', reason: statusReason ?? null };
}
