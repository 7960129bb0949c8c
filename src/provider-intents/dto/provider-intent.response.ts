import { ApiProperty } from '@nestjs/swagger';
import { INTENT_OUTCOMES, type IntentOutcome, type ProviderIntent, isUndecidable } from '../provider-intent.entity.js';

export class ResolutionResponse {
  @ApiProperty({ enum: ['done', 'not_done'] })
  outcome!: 'done' | 'not_done';

  @ApiProperty()
  note!: string;

  @ApiProperty({ description: 'Whose word it was' })
  apiKeyId!: string;

  @ApiProperty({ type: 'integer', format: 'int64' })
  timeInMillis!: number;
}

export class ProviderIntentResponse {
  @ApiProperty({ example: 'pin_01j3…' })
  id!: string;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty({ example: 'invoice.pay' })
  kind!: string;

  @ApiProperty({ description: 'What kind of thing of ours it concerns', example: 'invoice' })
  subjectType!: string;

  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ type: 'integer', description: 'Counted for the subject and kind; each has a key of its own at the provider' })
  attempt!: number;

  @ApiProperty({ enum: INTENT_OUTCOMES, description: 'created: not answered yet; unknown: nobody knows yet whether it was done, and it is asked again' })
  outcome!: IntentOutcome;

  @ApiProperty({ description: 'Nothing but a person can say whether it was done: see resolve' })
  undecidable!: boolean;

  @ApiProperty({ type: String, nullable: true })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true })
  message!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What it made or changed there' })
  providerObjectId!: string | null;

  @ApiProperty({ type: 'integer' })
  sendCount!: number;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true })
  firstSentTime!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true })
  lastSentTime!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'When it is sent or asked about next' })
  nextCheckTime!: number | null;

  @ApiProperty({ type: 'integer', format: 'int64' })
  createTime!: number;

  @ApiProperty({ type: 'integer', format: 'int64', nullable: true })
  finishTime!: number | null;

  @ApiProperty({ type: ResolutionResponse, nullable: true, description: 'What a person said of it' })
  resolution!: ResolutionResponse | null;
}

/** Without parameters and result: they hold names and addresses. */
export function providerIntentResponse(intent: ProviderIntent): ProviderIntentResponse {
  const { id, connectionId, kind, subjectType, subjectId, attempt, outcome, sendCount, createTime } = intent;
  return {
    id,
    connectionId,
    kind,
    subjectType,
    subjectId,
    attempt,
    outcome,
    undecidable: isUndecidable(intent),
    code: intent.code ?? null,
    message: intent.message ?? null,
    providerObjectId: intent.providerObjectId ?? null,
    sendCount,
    firstSentTime: intent.firstSentTime ?? null,
    lastSentTime: intent.lastSentTime ?? null,
    nextCheckTime: intent.nextCheckTime ?? null,
    createTime,
    finishTime: intent.finishTime ?? null,
    resolution: intent.resolution ?? null,
  };
}
