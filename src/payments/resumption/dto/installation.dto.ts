import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import type { InstallationPause } from '../../../platform/installation/installation-check.js';
import type { Resumption } from '../../../platform/installation/installation.js';

export class ResumeRequest {
  @ApiPropertyOptional({ default: false, description: 'Only reads, and says what would be taken over' })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class ResumptionResponse {
  @ApiProperty({ enum: ['running', 'done', 'failed'] })
  state!: 'running' | 'done' | 'failed';

  @ApiProperty()
  dryRun!: boolean;

  @ApiProperty({ description: 'Epoch milliseconds' })
  startTime!: number;

  @ApiProperty({ type: String, nullable: true, description: 'A sentence for people once it has ended' })
  message!: string | null;

  @ApiProperty({ description: 'Connections that were read' })
  connectionsDone!: number;

  @ApiProperty({ description: 'Connections to read in all' })
  connections!: number;

  @ApiProperty({ description: 'Customers at providers that are linked instead of created again' })
  customers!: number;

  @ApiProperty({ description: 'Documents at providers that are taken over instead of sent again' })
  documents!: number;

  @ApiProperty({ type: [String], description: 'The provider’s ids of documents of ours that belong to no invoice here' })
  unmatchedDocuments!: readonly string[];

  @ApiProperty({ type: [String], description: 'Invoices that wait for a person, because one of those may be theirs' })
  heldInvoices!: readonly string[];
}

export class InstallationResponse {
  @ApiProperty({ description: 'In the metadata of every object at a provider' })
  instanceId!: string;

  @ApiProperty({ enum: ['on', 'paused'], description: 'paused: a restored or copied database; nothing is written to the connections it was copied with' })
  providerWrites!: 'on' | 'paused';

  @ApiProperty({ type: Number, nullable: true, description: 'When it was found to be a copy, epoch milliseconds' })
  pauseTime!: number | null;

  @ApiProperty({ type: [String], description: 'What it was known by' })
  pauseReasons!: readonly string[];

  @ApiProperty({ type: ResumptionResponse, nullable: true, description: 'The last one that was begun' })
  resumption!: ResumptionResponse | null;
}

export function installationResponse(instanceId: string, pause: InstallationPause | null, resumption: Resumption | null): InstallationResponse {
  return { instanceId, providerWrites: pause ? 'paused' : 'on', pauseTime: pause?.time ?? null, pauseReasons: pause?.reasons ?? [], resumption };
}
