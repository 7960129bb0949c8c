import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageRequest } from '../../../platform/http/paging.js';
import { DUPLICATE_STATUSES, type DuplicateStatus } from '../payment-duplicate.entity.js';

export class ListDuplicatesRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only of this invoice' })
  @IsOptional()
  @IsString()
  invoiceId?: string;

  @ApiPropertyOptional({ enum: DUPLICATE_STATUSES, description: 'Only those that stand so' })
  @IsOptional()
  @IsIn(DUPLICATE_STATUSES)
  status?: DuplicateStatus;
}
