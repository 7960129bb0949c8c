import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Min } from 'class-validator';

export class MoveTestClockRequest {
  @ApiProperty({ description: 'Epoch milliseconds; not before the account’s present time', example: 1_798_761_600_000 })
  @IsInt()
  @Min(0)
  timeInMillis!: number;
}

export class TestClockResponse {
  @ApiProperty({ description: 'The account’s present time, epoch milliseconds' })
  timeInMillis!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Where it is being moved to; null when it has arrived' })
  targetTimeInMillis!: number | null;

  @ApiProperty({ enum: ['ready', 'advancing'], description: 'ready: all work due by then is done' })
  status!: 'ready' | 'advancing';

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, description: 'What is still on its way, by kind' })
  inProgress!: Record<string, number>;
}
