import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';

/** 31 days: a longer grace would let two periods of one customer wait at once. */
const LONGEST_GRACE_IN_HOURS = 744;
const LONGEST_DUE_IN_DAYS = 365;
const MOST_RETRIES = 10;
const LONGEST_RETRY_IN_DAYS = 60;
/** More than any provider grants; below it a mistyped zero is still noticed. */
const MOST_REQUESTS_PER_SECOND = 10_000;

export const SUSPENSIONS = ['never', 'after_retries', 'when_overdue'] as const;

export class ConnectionSettingsRequest {
  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 0, maximum: LONGEST_GRACE_IN_HOURS, description: "Hours between period end and price lock; null takes the account's" })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_GRACE_IN_HOURS)
  gracePeriodInHours?: number | null;

  @ApiPropertyOptional({ enum: ['charge_automatically', 'send_invoice'] })
  @IsOptional()
  @IsIn(['charge_automatically', 'send_invoice'])
  collectionMethod?: 'charge_automatically' | 'send_invoice';

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: LONGEST_DUE_IN_DAYS, description: "Needed with collectionMethod 'send_invoice'" })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_DUE_IN_DAYS)
  daysUntilDue?: number | null;

  @ApiPropertyOptional({ enum: ['automatic', 'after_review'], description: 'Whether locked invoices go out by themselves or wait for POST /invoices/{id}/send' })
  @IsOptional()
  @IsIn(['automatic', 'after_review'])
  sending?: 'automatic' | 'after_review';

  @ApiPropertyOptional({ enum: ['schedule', 'provider'], description: 'Who tries a declined charge again: `schedule` by retryDays, `provider` by its own schedule' })
  @IsOptional()
  @IsIn(['schedule', 'provider'])
  retries?: 'schedule' | 'provider';

  @ApiPropertyOptional({ type: [Number], maxItems: MOST_RETRIES, description: 'Days from each declined attempt to the next, by the account’s clock; empty for none', example: [3, 5, 7] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_RETRIES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(LONGEST_RETRY_IN_DAYS, { each: true })
  retryDays?: number[];

  @ApiPropertyOptional({ enum: ['none', 'uncollectible'], description: 'What becomes of an invoice whose last retry was declined' })
  @IsOptional()
  @IsIn(['none', 'uncollectible'])
  afterRetries?: 'none' | 'uncollectible';

  @ApiPropertyOptional({ enum: SUSPENSIONS, description: 'When a customer who does not pay is suspended: `after_retries` when the last retry of a charge was declined, `when_overdue` when an invoice is overdue by suspensionDays' })
  @IsOptional()
  @IsIn(SUSPENSIONS)
  suspension?: (typeof SUSPENSIONS)[number];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: LONGEST_DUE_IN_DAYS, description: 'Whole days, by the account’s clock' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_DUE_IN_DAYS)
  suspensionDays?: number;

  @ApiPropertyOptional({ enum: ['own', 'provider'], description: 'Whose rates tax its invoices: the account’s tax rates, or the provider’s own (Stripe: automatic tax)' })
  @IsOptional()
  @IsIn(['own', 'provider'])
  taxes?: 'own' | 'provider';

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: MOST_REQUESTS_PER_SECOND, description: "Requests a second to the provider, over all processes; null takes the provider's own limit" })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_REQUESTS_PER_SECOND)
  requestsPerSecond?: number | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: MOST_REQUESTS_PER_SECOND, description: 'The same for each endpoint of the provider by itself' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_REQUESTS_PER_SECOND)
  requestsPerSecondPerEndpoint?: number | null;
}

export class SaveConnectionRequest {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    description: 'Fields of the provider\'s configuration schema (GET /payment-providers). Write-only. Absent fields stay as stored; null removes an optional one',
    example: { secretKey: 'sk_test_…' },
  })
  @IsOptional()
  @IsObject()
  credentials?: Record<string, unknown>;

  @ApiPropertyOptional({ type: ConnectionSettingsRequest, description: 'Absent fields stay as stored' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ConnectionSettingsRequest)
  settings?: ConnectionSettingsRequest;
}
