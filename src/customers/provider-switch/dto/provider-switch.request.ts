import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import { IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { PageRequest } from '../../../platform/http/paging.js';
import { IgnoresUnknownFields } from '../../../platform/http/validation.js';
import { AbsentWhenEmpty } from '../../dto/absent-when-empty.js';
import { queryText, type RawQuery } from '../../dto/customers.query.js';
import type { SwitchReference } from '../provider-switch.repository.js';
import type { SwitchInput } from '../provider-switches.service.js';

const LONGEST_ID = 255;
/** 31 December 9999: later is another unit. */
const LATEST_TIME_IN_SECONDS = 253_402_300_799;

@IgnoresUnknownFields()
export class ProviderSwitchRequest {
  @ApiProperty({ example: 'acme-corp' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  customerId!: string;

  @ApiPropertyOptional({ example: 'stripe', description: 'For the record; default the provider in force by then' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ID)
  sourcePaymentType?: string;

  @ApiPropertyOptional({ example: 'stripe', description: 'For the record' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ID)
  sourcePaymentId?: string;

  @ApiProperty({ example: 'stripe', description: 'The payment provider’s name, in any case' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_ID)
  targetPaymentType!: string;

  @ApiPropertyOptional({ example: 'stripe', description: 'The provider’s name once more, or the id of the account’s connection to it' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ID)
  targetPaymentId?: string;

  @ApiPropertyOptional({ example: 'cus_N…', description: 'The customer’s id there; may be absent where the customer is linked already and where the provider has no customers' })
  @AbsentWhenEmpty()
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ID)
  targetCustomerIdentifier?: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Epoch seconds by the account’s clock; any time to come. A billing period that ends then is still collected by the provider of before' })
  @IsInt()
  @Min(0)
  @Max(LATEST_TIME_IN_SECONDS, { message: 'switchTimeInSeconds must be in seconds' })
  switchTimeInSeconds!: number;
}

/** Beside parameters whose names vary in case between clients. */
@IgnoresUnknownFields()
export class ProviderSwitchesPageRequest extends PageRequest {}

export function switchInput(request: ProviderSwitchRequest): SwitchInput {
  const { customerId, targetPaymentType, switchTimeInSeconds } = request;
  return {
    customerId,
    targetPaymentType,
    sourcePaymentType: request.sourcePaymentType ?? null,
    sourcePaymentId: request.sourcePaymentId ?? null,
    targetPaymentId: request.targetPaymentId ?? null,
    targetCustomerIdentifier: request.targetCustomerIdentifier ?? null,
    switchTimeInMillis: switchTimeInSeconds * 1_000,
  };
}

/** @throws DomainError `invalid_query` */
export function switchReference(query: RawQuery): SwitchReference {
  const id = queryText(query, 'id');
  if (id !== null) return { id };
  const customerId = queryText(query, 'customerId');
  const time = queryText(query, 'switchTimeInSeconds');
  if (customerId === null || time === null || !/^\d{1,12}$/.test(time)) {
    throw invalid('invalid_query', 'Name the switch by the query parameter id, or by customerId and switchTimeInSeconds, as GET answers them.');
  }
  return { customerId, switchTimeInMillis: Number(time) * 1_000 };
}
