import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ErrorDetailResponse } from '../../platform/http/api-errors.js';
import type { IngestResult, RecordResult, RecordStatus } from '../ingest-result.js';

const STATUSES = ['accepted', 'duplicate', 'conflict', 'cancelled', 'rejected'];

class EventResultResponse {
  @ApiProperty()
  meterApiName!: string;

  @ApiProperty({ enum: STATUSES.slice(0, 4) })
  status!: string;
}

class RecordResultResponse {
  @ApiProperty({ description: 'Position in the request, from 0' })
  index!: number;

  @ApiProperty({ enum: STATUSES, description: 'accepted: stored and counted; duplicate: known already; conflict: the id is known with other content, not counted; cancelled: its cancel came first, not counted; rejected: see errors' })
  status!: RecordStatus;

  @ApiPropertyOptional()
  uniqueId?: string;

  @ApiPropertyOptional({ type: [EventResultResponse], description: 'Of a record with several values, what became of each' })
  events?: EventResultResponse[];

  @ApiPropertyOptional({ type: [ErrorDetailResponse], description: 'Why it was rejected' })
  errors?: ErrorDetailResponse[];
}

export class IngestResponse {
  @ApiProperty({ description: 'Records in the request' })
  received!: number;

  @ApiProperty({ description: 'Events stored and counted; a record with several values is several events' })
  accepted!: number;

  @ApiProperty({ description: 'Events known already with the same content' })
  duplicates!: number;

  @ApiProperty({ description: 'Events whose id is known with other content; not counted, kept aside' })
  conflicts!: number;

  @ApiProperty({ description: 'Events whose cancel came before them; not counted' })
  cancelled!: number;

  @ApiProperty({ description: 'Records that were not taken' })
  rejected!: number;

  @ApiProperty({ type: [RecordResultResponse] })
  records!: RecordResultResponse[];
}

export function ingestResponse(result: IngestResult): IngestResponse {
  const { received, accepted, duplicates, conflicts, cancelled, rejected } = result;
  return { received, accepted, duplicates, conflicts, cancelled, rejected, records: result.records().map(recordResponse) };
}

function recordResponse({ index, status, uniqueId, events, errors }: RecordResult): RecordResultResponse {
  return {
    index,
    status,
    ...(uniqueId === null ? {} : { uniqueId }),
    ...(events.length === 0 ? {} : { events: [...events] }),
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
  };
}
