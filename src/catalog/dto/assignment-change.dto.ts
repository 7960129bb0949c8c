import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Min, ValidateIf } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import { CHANGE_DIRECTIONS, CHANGE_KINDS, CHANGE_STATUSES, statusOf, type AssignmentChange, type ChangeDirection, type ChangeStatus } from '../assignment-change.entity.js';
import type { ChangeView, WantedChange } from '../assignment-changes.service.js';
import { CHANGE_TIMES } from '../change-time.js';

const PERIODS = ['continue', 'restart'] as const;

export class ScheduleChangeRequest {
  @ApiProperty({ type: String, nullable: true, description: 'The plan to go on with; null: the assignment ends' })
  @ValidateIf((request: ScheduleChangeRequest) => request.planId !== null)
  @IsString()
  @IsNotEmpty()
  planId!: string | null;

  @ApiPropertyOptional({
    enum: CHANGE_TIMES,
    default: 'automatic',
    description:
      'now: another plan takes over with today, an end comes with the end of today. period_end: with the running billing period. at: at effectiveTimeInMillis. automatic: an upgrade, by what the plans charge whatever is used, now; a downgrade or an end with the period',
  })
  @IsOptional()
  @IsIn(CHANGE_TIMES)
  effective?: (typeof CHANGE_TIMES)[number] | null;

  @ApiPropertyOptional({ type: Number, nullable: true, description: 'Epoch milliseconds, with effective at: another plan takes over with the day that holds it, an end comes with the end of that day. Back to the start of the running period' })
  @IsOptional()
  @IsInt()
  @Min(0)
  effectiveTimeInMillis?: number | null;

  @ApiPropertyOptional({
    enum: PERIODS,
    nullable: true,
    description: 'continue: periods turn on the days they turned on before, and what is prorated is shared out on both sides; restart: they are counted from the change. Default: continue where both plans have the same billing period',
  })
  @IsOptional()
  @IsIn(PERIODS)
  periods?: WantedChange['periods'];
}

export class ChangeListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only changes of this customer' })
  @IsOptional()
  @IsString()
  customerId?: string;

  @ApiPropertyOptional({ description: 'Only changes of this assignment' })
  @IsOptional()
  @IsString()
  assignmentId?: string;

  @ApiPropertyOptional({ enum: CHANGE_STATUSES, description: 'Only changes that stand so' })
  @IsOptional()
  @IsIn(CHANGE_STATUSES)
  status?: ChangeStatus;
}

export class AssignmentChangeResponse {
  @ApiProperty({ example: 'asc_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'What ends' })
  assignmentId!: string;

  @ApiProperty({ enum: CHANGE_KINDS })
  kind!: AssignmentChange['kind'];

  @ApiProperty()
  fromPlanId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null: an end' })
  planId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The assignment to that plan' })
  nextAssignmentId!: string | null;

  @ApiProperty({ enum: CHANGE_DIRECTIONS, nullable: true, description: 'By what the plans charge for a day whatever is used' })
  direction!: ChangeDirection | null;

  @ApiProperty({ description: 'Epoch milliseconds, the start of a day in the account’s zone' })
  effectiveTimeInMillis!: number;

  @ApiProperty({ enum: CHANGE_STATUSES, description: 'scheduled: still to come, and can be cancelled' })
  status!: ChangeStatus;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export function wantedChange({ planId, effective, effectiveTimeInMillis, periods }: ScheduleChangeRequest): WantedChange {
  return { planId, effective: effective ?? (effectiveTimeInMillis == null ? 'automatic' : 'at'), effectiveTimeInMillis: effectiveTimeInMillis ?? null, periods: periods ?? null };
}

export function changeResponse({ change, fromPlanId, nowInMillis }: ChangeView): AssignmentChangeResponse {
  const { id, customerId, assignmentId, kind, planId, nextAssignmentId, direction, effectiveInMillis, createTime } = change;
  return {
    ...{ id, customerId, assignmentId, kind, fromPlanId, createTime },
    planId: planId ?? null,
    nextAssignmentId: nextAssignmentId ?? null,
    direction: direction ?? null,
    effectiveTimeInMillis: effectiveInMillis,
    status: statusOf(change, nowInMillis),
  };
}
