import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Min, ValidateIf, ValidateNested } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { periodsOf } from '../assignment-periods.js';
import { TRIAL_FREEDOMS, type Assignment, type TrialFreedom } from '../assignment.entity.js';

const TRIAL_ENDS = ['convert', 'end'] as const;

export class TrialRequest {
  @ApiPropertyOptional({ type: Number, nullable: true, example: 14, description: 'So many days from the assignment’s start; or else endTimeInMillis' })
  @IsOptional()
  @IsInt()
  @Min(1)
  days?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds. The trial ends with the day that holds it; the start of a day ends it there' })
  @IsOptional()
  @IsInt()
  @Min(0)
  endTimeInMillis?: number | null;

  @ApiPropertyOptional({ enum: TRIAL_FREEDOMS, default: 'fees_and_usage', description: 'What costs nothing in it. Where fees do not, the plan’s billing periods are counted from its end' })
  @IsOptional()
  @IsIn(TRIAL_FREEDOMS)
  free?: TrialFreedom | null;

  @ApiPropertyOptional({ enum: TRIAL_ENDS, default: 'convert', description: 'convert: the plan goes on and is paid for; end: the assignment ends with the trial' })
  @IsOptional()
  @IsIn(TRIAL_ENDS)
  then?: (typeof TRIAL_ENDS)[number] | null;
}

export class TrialResponse {
  @ApiProperty({ description: 'Epoch milliseconds, not part of it' })
  endTimeInMillis!: number;

  @ApiProperty({ enum: TRIAL_FREEDOMS, description: 'What costs nothing in it' })
  free!: TrialFreedom;
}

export class CreateAssignmentRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ description: 'The plan to put the customer on' })
  @IsString()
  @IsNotEmpty()
  planId!: string;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    example: 1767225600000,
    description: 'Epoch milliseconds; default: now. The assignment starts with the day, in the account’s zone, that holds it; billing periods are counted from that day. Up to 366 days back',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  startTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds. The assignment ends with the day that holds it; the start of a day ends it there' })
  @IsOptional()
  @IsInt()
  @Min(0)
  endTimeInMillis?: number | null;

  @ApiPropertyOptional({ type: TrialRequest, nullable: true, description: 'The assignment begins with a trial' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TrialRequest)
  trial?: TrialRequest | null;
}

export class UpdateAssignmentRequest {
  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Epoch milliseconds; null: without end. Not before today: the earliest end is the start of today, or of the assignment when that is later, which withdraws it',
  })
  @ValidateIf((request: UpdateAssignmentRequest) => request.endTimeInMillis !== null)
  @IsInt()
  @Min(0)
  endTimeInMillis!: number | null;
}

export class AssignmentListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only assignments of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;
}

export class AssignmentResponse {
  @ApiProperty({ example: 'asg_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  planId!: string;

  @ApiProperty({ description: 'Epoch milliseconds, the start of a day in the account’s zone' })
  startTimeInMillis!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds, not part of the assignment; null: without end; equal to the start: withdrawn' })
  endTimeInMillis!: number | null;

  @ApiProperty({ description: 'Epoch milliseconds, the day from which billing periods are counted' })
  anchorTimeInMillis!: number;

  @ApiProperty({ type: TrialResponse, nullable: true })
  trial!: TrialResponse | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function assignmentResponse(assignment: Assignment): AssignmentResponse {
  const { id, customerId, planId, startInMillis, endInMillis, createTime, updateTime } = assignment;
  const { anchorInMillis } = periodsOf(assignment);
  return { id, customerId, planId, startTimeInMillis: startInMillis, endTimeInMillis: endInMillis ?? null, anchorTimeInMillis: anchorInMillis, trial: trialOf(assignment), createTime, updateTime };
}

function trialOf({ trialEndInMillis, trialFree }: Assignment): TrialResponse | null {
  return trialEndInMillis == null || trialFree == null ? null : { endTimeInMillis: trialEndInMillis, free: trialFree };
}
