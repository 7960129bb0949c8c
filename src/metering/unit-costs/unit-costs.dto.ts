import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min } from 'class-validator';
import type { UnitCost } from './unit-cost.entity.js';
import type { GivenUnitCost } from './unit-costs.service.js';

const LAST_MILLISECOND = 253_402_300_799_999;

export class PutUnitCostRequest {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '0.0004', description: 'What a unit costs you, in major units; up to 12 decimal places' })
  // What is none is refused where it is read.
  @IsDefined()
  amount!: string | number;

  @ApiProperty({ example: 'USD', description: 'One for all costs of the meter' })
  @IsString()
  @IsNotEmpty()
  currency!: string;

  @ApiPropertyOptional({ default: 0, description: 'Epoch milliseconds, until the next one. 0: for as long as there has been usage' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LAST_MILLISECOND)
  effectiveFromTimeInMillis?: number;
}

export class UnitCostResponse {
  @ApiProperty({ description: 'Epoch milliseconds' })
  effectiveFromTimeInMillis!: number;

  @ApiProperty({ description: 'Major units, exact decimal text', example: '0.0004' })
  amount!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;
}

export function givenUnitCost({ amount, currency, effectiveFromTimeInMillis }: PutUnitCostRequest): GivenUnitCost {
  return { amount, currency, effectiveFromInMillis: effectiveFromTimeInMillis ?? 0 };
}

export function unitCostResponse({ effectiveFromInMillis, amount, currency }: UnitCost): UnitCostResponse {
  return { effectiveFromTimeInMillis: effectiveFromInMillis, amount: amount.toString(), currency };
}
