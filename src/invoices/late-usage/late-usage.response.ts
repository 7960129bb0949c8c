import { ApiProperty } from '@nestjs/swagger';
import { invoiceSummary } from '../dto/invoice.mapping.js';
import { InvoiceSummaryResponse } from '../dto/invoice.response.js';
import type { LateUsageReport } from './late-usage.service.js';

class LateMeterResponse {
  @ApiProperty()
  meterApiName!: string;

  @ApiProperty({ description: 'Events that count now and did not at the lock' })
  addedEvents!: number;

  @ApiProperty({ description: 'Sum of their values, decimal text' })
  addedUnits!: string;

  @ApiProperty({ description: 'Events that counted at the lock and do not now' })
  removedEvents!: number;

  @ApiProperty()
  removedUnits!: string;
}

export class LateUsageResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ type: [LateMeterResponse] })
  meters!: LateMeterResponse[];

  @ApiProperty({ type: [InvoiceSummaryResponse], description: 'Invoices that bill it or give it back, oldest first' })
  adjustments!: InvoiceSummaryResponse[];
}

export function lateUsageResponse({ invoice, meters, adjustments }: LateUsageReport): LateUsageResponse {
  return { invoiceId: invoice.id, meters: meters.map((meter) => ({ ...meter })), adjustments: adjustments.map(invoiceSummary) };
}
