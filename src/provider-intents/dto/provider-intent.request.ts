import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { trueOrFalse } from '../../platform/http/true-or-false.js';
import { INTENT_OUTCOMES, type IntentOutcome } from '../provider-intent.entity.js';

const RESOLUTIONS = ['done', 'not_done'] as const;

export class ListProviderIntentsRequest extends PageRequest {
  @ApiPropertyOptional({ enum: INTENT_OUTCOMES, description: 'Only intents that stand so' })
  @IsOptional()
  @IsIn(INTENT_OUTCOMES)
  outcome?: IntentOutcome;

  @ApiPropertyOptional({ description: 'Only intents of this kind', example: 'invoice.pay' })
  @IsOptional()
  @IsString()
  kind?: string;

  @ApiPropertyOptional({ description: 'Only intents on this payment connection' })
  @IsOptional()
  @IsString()
  connectionId?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'true: only those of which a person has to say whether they were done' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  undecidable?: boolean;
}

export class ResolveProviderIntentRequest {
  @ApiProperty({ enum: RESOLUTIONS, description: 'What you found at the provider' })
  @IsIn(RESOLUTIONS)
  outcome!: 'done' | 'not_done';

  @ApiPropertyOptional({ type: String, nullable: true, description: 'What was made there, with `done`: it is looked up, and what follows from it follows', example: 'in_1…' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  providerObjectId?: string | null;

  @ApiProperty({ description: 'How you know; kept with the decision', example: 'Seen in the dashboard on 3 May' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  note!: string;
}
