import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import type { ProviderDisputeStatus } from '@tollkeeper/payment-provider';
import { PageRequest } from '../../../platform/http/paging.js';
import { DISPUTE_STATUSES } from '../dispute.entity.js';

export class ListDisputesRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only disputes of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only disputes of this invoice' })
  @IsOptional()
  @IsString()
  invoiceId?: string;

  @ApiPropertyOptional({ enum: DISPUTE_STATUSES, description: 'Only disputes that stand so; `lost` lists what customers owe again' })
  @IsOptional()
  @IsIn(DISPUTE_STATUSES)
  status?: ProviderDisputeStatus;
}
