import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CORRECTION_STATES, type Correction, type CorrectionAction, type CorrectionEntry, type CorrectionState } from '../correction.entity.js';
import type { CorrectionView } from '../corrections.service.js';
import { CorrectionFilterRequest, EventAmendmentRequest } from './correction.request.js';

export class CorrectionProgressResponse {
  @ApiProperty({ type: Number, nullable: true, description: 'Events that it was about when it was applied; null before' })
  eventCount!: number | null;

  @ApiProperty({ description: 'Of these corrected so far. In the end it may be less: senders may have cancelled some meanwhile' })
  doneCount!: number;

  @ApiProperty({ description: 'Of these brought back by its revert so far. What their senders have cancelled since stays cancelled' })
  revertedCount!: number;
}

export class CorrectionEntryResponse {
  @ApiProperty({ enum: ['created', 'discarded', 'apply_requested', 'applied', 'revert_requested', 'reverted'] })
  action!: CorrectionAction;

  @ApiProperty({ type: String, nullable: true, description: 'The key that asked for it; null: the worker came to its end' })
  apiKeyId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why, in the words of who asked for it' })
  note!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Events by then' })
  eventCount!: number | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  timeInMillis!: number;
}

export class CorrectionResponse {
  @ApiProperty({ example: 'cor_01j3…' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ enum: CORRECTION_STATES })
  state!: CorrectionState;

  @ApiProperty({ enum: ['cancel', 'amend'] })
  action!: 'cancel' | 'amend';

  @ApiProperty({ type: CorrectionFilterRequest })
  filter!: CorrectionFilterRequest;

  @ApiPropertyOptional({ type: EventAmendmentRequest, description: 'With the action “amend” alone' })
  amend?: EventAmendmentRequest;

  @ApiProperty({ type: CorrectionProgressResponse })
  progress!: CorrectionProgressResponse;

  @ApiProperty({ type: [CorrectionEntryResponse], description: 'What was done with it, oldest first' })
  history!: CorrectionEntryResponse[];

  @ApiProperty({ description: 'Epoch milliseconds. It is about what was stored by then' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function correctionResponse({ correction, entries }: CorrectionView): CorrectionResponse {
  const { id, name, reason, state, eventCount, doneCount, revertedCount, createTime, updateTime } = correction;
  return {
    id,
    name,
    reason,
    state,
    action: correction.amendment == null ? 'cancel' : 'amend',
    filter: filterResponse(correction),
    ...(correction.amendment == null ? {} : { amend: amendResponse(correction.amendment) }),
    progress: { eventCount: eventCount ?? null, doneCount, revertedCount },
    history: entries.map(entryResponse),
    createTime,
    updateTime,
  };
}

function filterResponse({ filter }: Correction): CorrectionFilterRequest {
  const { meterApiNames, customerIds, dimensions, uniqueIds } = filter;
  const timeRange = rangeResponse(filter.startTimeInMillis, filter.endTimeInMillis);
  const ingestionTimeRange = rangeResponse(filter.ingestedFromInMillis, filter.ingestedToInMillis);
  return {
    ...(meterApiNames === null ? {} : { meterApiNames: [...meterApiNames] }),
    ...(customerIds === null ? {} : { customerIds: [...customerIds] }),
    ...(timeRange === null ? {} : { timeRange }),
    ...(ingestionTimeRange === null ? {} : { ingestionTimeRange }),
    ...(Object.keys(dimensions).length === 0 ? {} : { dimensions: { ...dimensions } }),
    ...(uniqueIds === null ? {} : { uniqueIds: [...uniqueIds] }),
  };
}

function rangeResponse(from: number | null, to: number | null): CorrectionFilterRequest['timeRange'] {
  if (from === null && to === null) return null;
  return { ...(from === null ? {} : { startTimeInSeconds: from / 1_000 }), ...(to === null ? {} : { endTimeInSeconds: to / 1_000 }) };
}

function amendResponse({ factor, shiftInMillis, dimensions, ...instead }: NonNullable<Correction['amendment']>): EventAmendmentRequest {
  return {
    ...instead,
    ...(factor === undefined ? {} : { multiplyMeterValueBy: factor }),
    ...(dimensions === undefined ? {} : { dimensions: { ...dimensions } }),
    ...(shiftInMillis === undefined ? {} : { shiftTimeInMillis: shiftInMillis }),
  };
}

function entryResponse({ action, apiKeyId, note, eventCount, createTime }: CorrectionEntry): CorrectionEntryResponse {
  return { action, apiKeyId: apiKeyId ?? null, note: note ?? null, eventCount: eventCount ?? null, timeInMillis: createTime };
}
