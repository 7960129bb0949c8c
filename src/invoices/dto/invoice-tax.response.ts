import { ApiProperty } from '@nestjs/swagger';
import type { MoneyJson } from '@tollkeeper/kernel';
import type { Exchange } from '../../charges/rated-charges.js';
import { MoneyResponse } from '../../platform/http/money.response.js';

/** One rate's tax, of an invoice or of a line. */
export class InvoiceTaxResponse {
  @ApiProperty({ description: 'The rate may be gone by now' })
  taxRateId!: string;

  @ApiProperty({ example: 'VAT' })
  name!: string;

  @ApiProperty({ example: 'DE' })
  jurisdiction!: string;

  @ApiProperty({ example: '19', description: 'Of a hundred, as it was' })
  percentage!: string;

  @ApiProperty({ description: 'Whether the prices hold it' })
  isInclusive!: boolean;

  @ApiProperty({ type: MoneyResponse, description: 'What it is a share of: after discounts, without taxes' })
  taxable!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  tax!: MoneyJson;
}

export class ExchangeResponse implements Exchange {
  @ApiProperty({ description: 'The plan’s currency, which prices and exact amounts are in' })
  fromCurrency!: string;

  @ApiProperty()
  toCurrency!: string;

  @ApiProperty({ example: '0.9234' })
  rate!: string;

  @ApiProperty({ example: '2027-01-31' })
  date!: string;
}
