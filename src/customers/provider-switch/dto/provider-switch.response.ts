import { ApiProperty } from '@nestjs/swagger';
import type { ProviderSwitch, ProviderSwitchStatus } from '../provider-switch.entity.js';

export class ProviderSwitchResponse {
  @ApiProperty({ example: 'psw_01j3…' })
  id!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'stripe', description: 'In lower case; null where no provider was chosen' })
  sourcePaymentType!: string | null;

  @ApiProperty({ type: String, nullable: true })
  sourcePaymentId!: string | null;

  @ApiProperty({ example: 'stripe', description: 'In lower case' })
  targetPaymentType!: string;

  @ApiProperty({ example: 'stripe' })
  targetPaymentId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'cus_N…' })
  targetCustomerIdentifier!: string | null;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Epoch seconds by the account’s clock' })
  switchTimeInSeconds!: number;

  @ApiProperty({ enum: ['scheduled', 'done', 'cancelled', 'failed'] })
  status!: ProviderSwitchStatus;

  @ApiProperty({ type: String, nullable: true, description: 'A sentence for people' })
  statusReason!: string | null;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Epoch seconds' })
  createdTimeInSeconds!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Epoch seconds' })
  updatedTimeInSeconds!: number;
}

export function providerSwitchResponse(change: ProviderSwitch): ProviderSwitchResponse {
  return {
    id: change.id,
    customerId: change.customerId,
    sourcePaymentType: change.sourceProviderName?.toLowerCase() ?? null,
    sourcePaymentId: change.sourcePaymentId ?? null,
    targetPaymentType: change.targetProviderName.toLowerCase(),
    targetPaymentId: change.targetPaymentId,
    targetCustomerIdentifier: change.targetCustomerIdentifier ?? null,
    switchTimeInSeconds: Math.floor(change.switchTime / 1_000),
    status: change.status,
    statusReason: change.statusReason ?? null,
    createdTimeInSeconds: Math.floor(change.createTime / 1_000),
    updatedTimeInSeconds: Math.floor(change.updateTime / 1_000),
  };
}
