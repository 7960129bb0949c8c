import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import type { ChargeDeduction } from '../../charges/rated-charges.js';
import { MoneyResponse } from '../../platform/http/money.response.js';
import type { StoredDeduction } from '../invoice-line.entity.js';

export class InvoiceDeductionResponse {
  @ApiProperty({ enum: ['discount', 'commitment'] })
  kind!: string;

  @ApiProperty({ description: 'Of the customer’s discount, or of the commitment' })
  id!: string;

  @ApiProperty({ example: 'Launch offer', description: 'Of the promotion, or of the commitment' })
  name!: string;

  @ApiProperty({ type: MoneyResponse, description: 'What it took off the line; on an adjustment below zero where it takes off less than before' })
  amount!: MoneyJson;
}

export function deductionResponses(deductions: readonly (ChargeDeduction | StoredDeduction)[], currency: string): InvoiceDeductionResponse[] {
  return deductions.map(({ kind, id, name, amount }) => ({ kind, id, name, amount: moneyToJson({ amountInMinorUnits: BigInt(amount), currency }) }));
}
