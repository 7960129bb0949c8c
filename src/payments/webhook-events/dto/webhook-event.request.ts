import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageRequest } from '../../../platform/http/paging.js';
import { INBOX_STATUSES, type InboxStatus } from '../../inbox/inbox-entry.entity.js';

const SOURCES = ['webhook', 'event_list'] as const;

export class ListWebhookEventsRequest extends PageRequest {
  @ApiPropertyOptional({ enum: INBOX_STATUSES, description: 'Only events that stand so' })
  @IsOptional()
  @IsIn(INBOX_STATUSES)
  status?: InboxStatus;

  @ApiPropertyOptional({ description: "Only events of this type, in the provider's words", example: 'invoice.paid' })
  @IsOptional()
  @IsString()
  type?: string;

  @ApiPropertyOptional({ description: 'Only events of this payment connection' })
  @IsOptional()
  @IsString()
  connectionId?: string;

  @ApiPropertyOptional({ enum: SOURCES, description: 'Only events that came this way first' })
  @IsOptional()
  @IsIn(SOURCES)
  source?: 'webhook' | 'event_list';
}

export class ReplayWebhookEventsRequest {
  @ApiPropertyOptional({ description: "Only dead events of this type, in the provider's words" })
  @IsOptional()
  @IsString()
  type?: string;

  @ApiPropertyOptional({ description: 'Only dead events of this payment connection' })
  @IsOptional()
  @IsString()
  connectionId?: string;

  @ApiPropertyOptional({ enum: SOURCES, description: 'Only dead events that came this way first' })
  @IsOptional()
  @IsIn(SOURCES)
  source?: 'webhook' | 'event_list';
}
