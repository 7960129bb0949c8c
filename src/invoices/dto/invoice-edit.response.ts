import { ApiProperty } from '@nestjs/swagger';
import type { MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../platform/http/money.response.js';

export class InvoiceDocumentLineResponse {
  @ApiProperty()
  description!: string;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyJson;
}

export class InvoiceDocumentResponse {
  @ApiProperty()
  providerInvoiceId!: string;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ type: MoneyResponse })
  subtotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Without tax' })
  total!: MoneyJson;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  dueTimeInMillis!: number | null;

  @ApiProperty({ type: [InvoiceDocumentLineResponse], nullable: true, description: 'Of a revision; null where they did not change or were not read' })
  lines!: InvoiceDocumentLineResponse[] | null;
}

export class InvoiceEditResponse {
  @ApiProperty({ enum: ['revision', 'discount', 'due_time'] })
  kind!: string;

  @ApiProperty({ type: InvoiceDocumentResponse })
  before!: InvoiceDocumentResponse;

  @ApiProperty({ type: InvoiceDocumentResponse, nullable: true, description: 'Null until it was read' })
  after!: InvoiceDocumentResponse | null;

  @ApiProperty({ description: 'When it became known, epoch milliseconds' })
  createTime!: number;
}
