import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { MAIL_KINDS, type MailKind } from '../../accounts/mail-senders.js';
import { PageRequest } from '../../platform/http/paging.js';
import { MAIL_STATUSES, type MailStatus } from '../mail.entity.js';

export class ListMailsRequest extends PageRequest {
  @ApiPropertyOptional({ enum: MAIL_STATUSES, description: 'Only mails that stand so' })
  @IsOptional()
  @IsIn(MAIL_STATUSES)
  status?: MailStatus;

  @ApiPropertyOptional({ enum: MAIL_KINDS, description: 'Only mails about this' })
  @IsOptional()
  @IsIn(MAIL_KINDS)
  kind?: MailKind;

  @ApiPropertyOptional({ description: 'Only mails to this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only mails about this invoice, its refunds and credit notes' })
  @IsOptional()
  @IsString()
  invoiceId?: string;
}

export class TestMailRequest {
  @ApiProperty({ example: 'me@example.com', description: 'Where the test mail goes' })
  @IsString()
  @MaxLength(512)
  to!: string;
}
