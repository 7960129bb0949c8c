import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { AbsentWhenEmpty } from '../../customers/dto/absent-when-empty.js';

/** 31 December 9999: later is another unit. */
const LATEST_TIME_IN_SECONDS = 253_402_300_799;

/** A time as the reference’s clients send it: '', 0, null and nothing are the same. */
export function EpochSeconds(description: string): PropertyDecorator {
  return applyDecorators(ApiPropertyOptional({ type: Number, description }), AbsentWhenEmpty(), IsOptional(), IsInt(), Min(1), Max(LATEST_TIME_IN_SECONDS));
}
