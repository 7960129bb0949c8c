import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { SCOPES, type Scope } from '../../platform/http/principal.js';
import type { ApiKey } from '../api-key.entity.js';

export class CreateApiKeyRequest {
  @ApiProperty({ example: 'metering service' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['ingest'], description: 'admin includes all; write includes read and ingest' })
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];
}

export class ApiKeyResponse {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: Scope[];

  @ApiProperty({ description: 'The last characters, to tell keys apart' })
  hint!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export class CreatedApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({ description: 'The key itself, shown only now' })
  key!: string;
}

export function apiKeyResponse({ id, name, scopes, hint, createTime }: ApiKey): ApiKeyResponse {
  return { id, name, scopes, hint, createTime };
}
