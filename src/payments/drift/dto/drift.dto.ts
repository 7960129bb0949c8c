import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { adviceOf } from '../drift-advice.js';
import type { DriftPhase, DriftRun } from '../drift-runs.store.js';
import type { DriftReport } from '../drift.service.js';
import type { Drift, DriftKind } from '../drift.store.js';

const KINDS: readonly DriftKind[] = ['customer', 'invoice', 'payment'];
const PHASES: readonly DriftPhase[] = ['customer', 'invoice', 'payment', 'unseen_customers', 'unseen_invoices', 'recheck'];

export class DriftQuery {
  @ApiPropertyOptional({ description: 'Differences answered, first found first', default: 100, maximum: 1_000 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;
}

export class DriftRunResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ['schedule', 'request'] })
  trigger!: 'schedule' | 'request';

  @ApiProperty({ enum: ['running', 'done', 'failed'] })
  state!: 'running' | 'done' | 'failed';

  @ApiProperty({ enum: PHASES, description: 'What is being compared; only tells while it runs' })
  phase!: DriftPhase;

  @ApiProperty({ type: String, nullable: true, description: 'The connection being compared' })
  connectionId!: string | null;

  @ApiProperty({ description: 'Objects compared so far' })
  compared!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why it waits or failed' })
  message!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  startTime!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  endTime!: number | null;
}

export class DriftResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty({ enum: KINDS })
  kind!: DriftKind;

  @ApiProperty({ type: String, nullable: true, description: 'Our id: a customerId or an invoice id (also of a payment); null where nothing here is known of it' })
  ownId!: string | null;

  @ApiProperty({ description: 'The provider’s id' })
  providerId!: string;

  @ApiProperty({ description: 'What differs: a field, or missing_at_provider, unknown_here, duplicate', example: 'amountPaid' })
  field!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What we say; amounts in minor units' })
  ownValue!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What the provider says; amounts in minor units' })
  providerValue!: string | null;

  @ApiProperty({ description: 'A sentence for people: what repairing does, and what is theirs to decide' })
  advice!: string;

  @ApiProperty({ description: 'Since when it is known, epoch milliseconds' })
  firstSeenTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  lastSeenTime!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Since when both say the same again, epoch milliseconds' })
  resolvedTime!: number | null;
}

export class DriftReportResponse {
  @ApiProperty({ type: DriftRunResponse, nullable: true, description: 'The last comparison that came to its end' })
  lastRun!: DriftRunResponse | null;

  @ApiProperty({ type: DriftRunResponse, nullable: true })
  running!: DriftRunResponse | null;

  @ApiProperty({ description: 'All open differences, also those beyond `limit`' })
  openCount!: number;

  @ApiProperty({ type: [DriftResponse] })
  differences!: DriftResponse[];
}

export function driftRunResponse({ id, trigger, state, progress, compared, message, startTime, endTime }: DriftRun): DriftRunResponse {
  return { id, trigger, state, phase: progress.phase, connectionId: progress.connectionId, compared, message, startTime, endTime };
}

export function driftResponse(drift: Drift): DriftResponse {
  const { id, connectionId, kind, ownId, providerId, field, ownValue, providerValue, firstSeenTime, lastSeenTime, resolvedTime } = drift;
  return { id, connectionId, kind, ownId, providerId, field, ownValue, providerValue, advice: adviceOf(drift), firstSeenTime, lastSeenTime, resolvedTime };
}

export function driftReportResponse({ lastRun, running, openCount, differences }: DriftReport): DriftReportResponse {
  return { lastRun: lastRun && driftRunResponse(lastRun), running: running && driftRunResponse(running), openCount, differences: differences.map(driftResponse) };
}
