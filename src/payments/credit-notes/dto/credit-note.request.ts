import { ApiPropertyOptional } from '@nestjs/swagger';
import type { CreditNoteInput } from '@tollkeeper/payment-provider';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { PageRequest } from '../../../platform/http/paging.js';
import { ReturnedAmountRequest } from '../../refunds/dto/refund.request.js';
import { GIVE_BACK_WAYS, type GiveBackWay } from '../credit-note-planning.js';

const REASONS = ['duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'] as const;

export class CreateCreditNoteRequest {
  @ApiPropertyOptional({ type: ReturnedAmountRequest, nullable: true, description: 'Default: all that is left to credit' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ReturnedAmountRequest)
  amount?: ReturnedAmountRequest | null;

  @ApiPropertyOptional({ enum: GIVE_BACK_WAYS, nullable: true, description: 'How the money of a paid invoice goes back; on an open one nothing does' })
  @IsOptional()
  @IsIn(GIVE_BACK_WAYS)
  giveBack?: GiveBackWay | null;

  @ApiPropertyOptional({ enum: REASONS, nullable: true })
  @IsOptional()
  @IsIn(REASONS)
  reason?: CreditNoteInput['reason'];

  @ApiPropertyOptional({ type: String, nullable: true, description: 'What the customer reads on it' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  memo?: string | null;
}

export class ListCreditNotesRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only credit notes of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only credit notes of this invoice' })
  @IsOptional()
  @IsString()
  invoiceId?: string;
}
