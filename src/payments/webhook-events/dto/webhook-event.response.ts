import { ApiProperty } from '@nestjs/swagger';
import { INBOX_STATUSES, type InboxStatus } from '../../inbox/inbox-entry.entity.js';

export class WebhookEventObjectResponse {
  @ApiProperty({ example: 'invoice' })
  kind!: string;

  @ApiProperty({ description: "The provider's id", example: 'in_1…' })
  id!: string;
}

export class WebhookEventResponse {
  @ApiProperty({ example: 'whk_01j3…' })
  id!: string;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty({ description: "The provider's id of the event", example: 'evt_1…' })
  providerEventId!: string;

  @ApiProperty({ description: "In the provider's words", example: 'invoice.paid' })
  type!: string;

  @ApiProperty({ enum: ['webhook', 'event_list'], description: 'How it came first' })
  source!: 'webhook' | 'event_list';

  @ApiProperty({
    enum: INBOX_STATUSES,
    description: 'pending: waits to be handled or tried again; processed; foreign: of something that is not ours; ignored: of a type that says nothing to us; dead: given up, waits for a person',
  })
  status!: InboxStatus;

  @ApiProperty({ type: [WebhookEventObjectResponse], description: 'What it is about; the objects are fetched, nothing else of the event is believed' })
  objects!: WebhookEventObjectResponse[];

  @ApiProperty({ type: 'integer' })
  attempts!: number;

  @ApiProperty({ type: 'integer', description: "Attempts that were the event's own fault; an outage of the provider is not" })
  failures!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt did not end it' })
  error!: string | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'Only while it is pending' })
  nextAttemptTime!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64' })
  receiveTime!: number;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true })
  processTime!: number | null;
}

export class ReplayedWebhookEventsResponse {
  @ApiProperty({ type: 'integer', description: 'Dead events that are handled again' })
  replayed!: number;

  @ApiProperty({ description: 'There are more: as many as fit were taken at once; call again' })
  hasMore!: boolean;
}
