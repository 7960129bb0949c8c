import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SUSPENSIONS } from './save-connection.request.js';

export class CredentialFieldResponse {
  @ApiProperty({ example: 'secretKey' })
  name!: string;

  @ApiProperty()
  set!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Only of fields that are not secret' })
  value!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Last four characters of a long enough secret', example: '…4f2a' })
  hint!: string | null;
}

export class ConnectionSettingsResponse {
  @ApiProperty({ type: 'integer', nullable: true, description: "null takes the account's grace period" })
  gracePeriodInHours!: number | null;

  @ApiProperty({ enum: ['charge_automatically', 'send_invoice'] })
  collectionMethod!: 'charge_automatically' | 'send_invoice';

  @ApiProperty({ type: 'integer', nullable: true })
  daysUntilDue!: number | null;

  @ApiProperty({ enum: ['automatic', 'after_review'] })
  sending!: 'automatic' | 'after_review';

  @ApiProperty({ enum: ['schedule', 'provider'] })
  retries!: 'schedule' | 'provider';

  @ApiProperty({ type: [Number], example: [3, 5, 7] })
  retryDays!: readonly number[];

  @ApiProperty({ enum: ['none', 'uncollectible'] })
  afterRetries!: 'none' | 'uncollectible';

  @ApiProperty({ enum: SUSPENSIONS, description: 'When a customer who does not pay is suspended' })
  suspension!: (typeof SUSPENSIONS)[number];

  @ApiProperty({ type: 'integer', description: 'Days an invoice has to be overdue by, with `when_overdue`' })
  suspensionDays!: number;

  @ApiProperty({ enum: ['own', 'provider'] })
  taxes!: 'own' | 'provider';

  @ApiProperty({ type: 'integer', nullable: true, description: "null takes the provider's own limit" })
  requestsPerSecond!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: "null takes the provider's own limit for each endpoint" })
  requestsPerSecondPerEndpoint!: number | null;
}

export class WebhookSecretResponse {
  @ApiProperty({ type: String, nullable: true, description: "The provider's id of the endpoint it belongs to; null for an endpoint set up by hand" })
  webhookId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Its last four characters', example: '…4f2a' })
  hint!: string | null;

  @ApiProperty({ description: 'False for a former one that is still accepted' })
  current!: boolean;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'When a webhook was last verified with it, to the minute' })
  lastMatchTime!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'When a former one stops being accepted, should the current one not have verified a webhook before' })
  expireTime!: number | null;
}

export class ConnectionWebhookResponse {
  @ApiProperty({ type: String, nullable: true, description: 'Where the provider delivers; null without PUBLIC_URL' })
  url!: string | null;

  @ApiProperty({ type: String, description: 'Path of the endpoint on this installation, for an endpoint set up by hand' })
  path!: string;

  @ApiProperty({ type: [String], description: 'Event types the endpoint needs' })
  events!: string[];

  @ApiProperty({
    enum: ['registered', 'pending', 'failed', 'manual', 'polling_only', 'unsupported'],
    description: "registered: set up at the provider by us; manual: the operator gave a signing secret; polling_only: no PUBLIC_URL, status is followed by polling; unsupported: the provider has no webhooks",
  })
  status!: 'registered' | 'pending' | 'failed' | 'manual' | 'polling_only' | 'unsupported';

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: [WebhookSecretResponse], description: 'The signing secrets a webhook may be signed with now' })
  secrets!: WebhookSecretResponse[];

  @ApiProperty({ enum: ['webhooks_and_polling', 'polling'] })
  statusFollowedBy!: 'webhooks_and_polling' | 'polling';

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'Epoch milliseconds of the first verified webhook' })
  firstWebhookTime!: number | null;
}

export class ConnectionFollowingResponse {
  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'When the list of events that was read longest ago was read; null where none was read yet' })
  eventListReadTime!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'How long ago that is' })
  eventListLagInMillis!: number | null;

  @ApiProperty({ description: 'False while there is more in a list than was read so far' })
  isEventListRead!: boolean;

  @ApiProperty({ type: 'integer', description: 'Events that wait to be handled' })
  waitingEvents!: number;

  @ApiProperty({ type: 'integer', description: 'Writes whose outcome is not known yet, and which are asked again' })
  waitingIntents!: number;

  @ApiProperty({ type: 'integer', description: 'Unsettled objects whose next look is due' })
  dueLooks!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Requests a second that were granted lately; null where nothing limits them' })
  grantedPerSecond!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: "Until when the provider's refusal (429) stops all requests" })
  blockedUntil!: number | null;
}

export class ConnectionResponse {
  @ApiProperty({ example: 'con_01j3…' })
  id!: string;

  @ApiProperty({ example: 'STRIPE' })
  providerName!: string;

  @ApiProperty({ enum: ['active', 'paused'], description: 'paused: the provider rejected the credentials; writes wait' })
  status!: 'active' | 'paused';

  @ApiProperty({ type: String, nullable: true })
  statusReason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "The provider's account this connection is tied to; null until the first successful test", example: 'acct_1…' })
  providerAccountId!: string | null;

  @ApiProperty({ type: [CredentialFieldResponse], description: 'Which fields are set; secret values are never answered' })
  credentials!: CredentialFieldResponse[];

  @ApiProperty({ type: ConnectionSettingsResponse })
  settings!: ConnectionSettingsResponse;

  @ApiProperty({ type: ConnectionWebhookResponse })
  webhook!: ConnectionWebhookResponse;

  @ApiPropertyOptional({ type: ConnectionFollowingResponse, description: 'In the answer to GET: how far what the provider says is followed' })
  following?: ConnectionFollowingResponse;

  @ApiProperty({ type: 'integer', format: 'int64' })
  createTime!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  updateTime!: number;

  @ApiPropertyOptional({ type: 'integer', format: 'int64', description: 'In the answer to DELETE' })
  deleteTime?: number;

  @ApiPropertyOptional({ description: 'In the answer to PUT, when the credentials could not be tried yet' })
  warning?: string;
}

export class ConnectionTestResponse {
  @ApiProperty({ enum: ['ok', 'rejected', 'refused', 'wrong_mode', 'missing_permissions', 'unreachable'] })
  result!: string;

  @ApiProperty({ type: String, nullable: true })
  message!: string | null;

  @ApiProperty({ type: String, nullable: true })
  providerAccountId!: string | null;

  @ApiProperty({ type: String, enum: ['test', 'live'], nullable: true })
  mode!: 'test' | 'live' | null;

  @ApiProperty({ type: String, nullable: true, description: "The provider account's own name" })
  displayName!: string | null;

  @ApiProperty({ type: [String] })
  missingPermissions!: string[];
}
