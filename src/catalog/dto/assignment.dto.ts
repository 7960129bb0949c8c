import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsOptional, IsString, Min, ValidateIf } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import type { Assignment } from '../assignment.entity.js';

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

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function assignmentResponse({ id, customerId, planId, startInMillis, endInMillis, createTime, updateTime }: Assignment): AssignmentResponse {
  return { id, customerId, planId, startTimeInMillis: startInMillis, endTimeInMillis: endInMillis ?? null, createTime, updateTime };
}
