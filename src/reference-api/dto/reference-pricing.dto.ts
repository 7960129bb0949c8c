import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString } from 'class-validator';
import type { Assignment } from '../../catalog/assignment.entity.js';
import { IgnoresUnknownFields } from '../../platform/http/validation.js';
import { EpochSeconds } from './epoch-seconds.js';

/** There is one product. */
export const PRODUCT_ID = '1';

@IgnoresUnknownFields()
export class ReferenceCancellationRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ description: 'The plan that the customer goes on with, such as the default one' })
  @IsString()
  @IsNotEmpty()
  newProductPlanId!: string;

  @EpochSeconds('Epoch seconds; default or 0: now. With the day, in the account’s zone, that holds it')
  startTimeInSeconds?: number;
}

@IgnoresUnknownFields()
export class ReferenceAssignmentRequest {
  @ApiProperty({ example: 'acme' })
  @IsString()
  @IsNotEmpty()
  customerId!: string;

  @ApiProperty({ description: 'The plan. A customer on another one is moved to it' })
  @IsString()
  @IsNotEmpty()
  productPlanId!: string;

  @EpochSeconds('Epoch seconds; default or 0: now. With the day, in the account’s zone, that holds it')
  startTimeInSeconds?: number;

  @EpochSeconds('Epoch seconds; default or 0: without end. With the day that holds it; the start of a day ends it there. Sent for the plan that the customer is on, it ends that')
  endTimeInSeconds?: number;
}

export class ReferenceAssignmentResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  productPlanId!: string;

  @ApiProperty({ example: PRODUCT_ID })
  productId!: string;

  @ApiProperty({ description: 'Our id of the assignment' })
  relationId!: string;

  @ApiProperty({ description: 'Epoch seconds' })
  startTimeInSeconds!: number;

  @ApiPropertyOptional({ description: 'Epoch seconds, not part of it; absent: without end' })
  endTimeInSeconds?: number;

  @ApiProperty({ description: 'Epoch seconds' })
  createdTimeInSeconds!: number;
}

export function referenceAssignment({ id, customerId, planId, startInMillis, endInMillis, createTime }: Assignment): ReferenceAssignmentResponse {
  const seconds = (millis: number): number => Math.floor(millis / 1_000);
  return {
    ...{ customerId, productPlanId: planId, productId: PRODUCT_ID, relationId: id },
    startTimeInSeconds: seconds(startInMillis),
    ...(endInMillis == null ? {} : { endTimeInSeconds: seconds(endInMillis) }),
    createdTimeInSeconds: seconds(createTime),
  };
}
