import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAXIMUM_DIMENSIONS, MAXIMUM_NAME_LENGTH, MAXIMUM_VALUES_OF_RECORD } from '../ingestion-limits.js';

/** Documentation of a record; the ingest route checks it without class validation. */
export class UsageRecordRequest {
  @ApiProperty({ example: 'acme', maxLength: MAXIMUM_NAME_LENGTH })
  customerId!: string;

  @ApiPropertyOptional({ example: 'api_calls', maxLength: MAXIMUM_NAME_LENGTH, description: 'Required unless values is given' })
  meterApiName?: string;

  @ApiPropertyOptional({
    oneOf: [{ type: 'number' }, { type: 'string' }],
    example: 12.5,
    description: 'Required unless values is given. A number with up to 15 significant digits, or a decimal as text with up to 12 places',
  })
  meterValue?: number | string;

  @ApiProperty({ example: 1767225600000, description: 'Epoch milliseconds, at most 24 h ahead of the account’s time' })
  meterTimeInMillis!: number;

  @ApiPropertyOptional({ example: '1f0c2d3e-req-42', maxLength: MAXIMUM_NAME_LENGTH, description: 'Your id of the event. Sent again with other content it is a conflict and not counted' })
  uniqueId?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, maxProperties: MAXIMUM_DIMENSIONS, example: { region: 'eu', model: 'small' } })
  dimensions?: Record<string, string>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'number' }, { type: 'string' }] },
    maxProperties: MAXIMUM_VALUES_OF_RECORD,
    description: 'Several meters in one record: meter API name to value, instead of meterApiName and meterValue',
  })
  values?: Record<string, number | string>;
}
