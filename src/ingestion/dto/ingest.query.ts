import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { trueOrFalse } from '../../platform/http/true-or-false.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';

/** Clients of the reference API send queries of their own (`schemaDetection=AUTO`), which say nothing here. */
@IgnoresUnknownFields()
export class IngestQuery {
  @ApiPropertyOptional({ default: false, description: 'Answer counts and what became of every record, as JSON' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  details?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Take the good records and report the bad ones instead of refusing the request; answers as with details=true' })
  @IsOptional()
  @Transform(trueOrFalse)
  @IsBoolean()
  partial?: boolean;
}
