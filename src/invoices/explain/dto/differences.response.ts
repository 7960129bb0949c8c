import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import type { ComparedLine, DifferenceCause } from '../changed-lines.js';
import type { InvoiceDifferences } from '../invoice-differences.service.js';

export class ComparedLineResponse {
  @ApiProperty({ type: Number, nullable: true })
  priceVersion!: number | null;

  @ApiProperty()
  quantity!: string;

  @ApiProperty()
  exactAmount!: string;

  @ApiProperty({ type: MoneyResponse })
  amount!: MoneyJson;
}

export class DifferenceCauseResponse {
  @ApiProperty({
    enum: ['late_events', 'removed_events', 'pricing', 'other_lines'],
    description: 'late_events: they came after the lock; removed_events: taken back after it; pricing: the same events come to something else now; other_lines: made of other lines that changed',
  })
  cause!: DifferenceCause['cause'];

  @ApiProperty({ type: String, nullable: true, description: 'Of all the meter’s events of the period; null where events are not the cause' })
  eventCount!: string | null;
}

export class ChangedLineResponse {
  @ApiProperty()
  kind!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: String, nullable: true })
  productItemId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  priceId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  meterApiName!: string | null;

  @ApiProperty({ type: ComparedLineResponse, nullable: true, description: 'On the invoice; null: not there' })
  locked!: ComparedLineResponse | null;

  @ApiProperty({ type: ComparedLineResponse, nullable: true, description: 'Computed now with the events of the lock' })
  asOfLock!: ComparedLineResponse | null;

  @ApiProperty({ type: ComparedLineResponse, nullable: true, description: 'Computed now with all events' })
  present!: ComparedLineResponse | null;

  @ApiProperty({ type: MoneyResponse, description: 'present less locked' })
  difference!: MoneyJson;

  @ApiProperty({ type: [DifferenceCauseResponse] })
  causes!: DifferenceCauseResponse[];
}

export class InvoiceDifferencesResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Epoch milliseconds' })
  lockTimeInMillis!: number | null;

  @ApiProperty({ type: MoneyResponse, description: 'Of the lines that rating made, without what was carried in' })
  lockedTotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What they would come to now' })
  presentTotal!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'presentTotal less lockedTotal: the sum of the lines’ differences' })
  difference!: MoneyJson;

  @ApiProperty({ type: [ChangedLineResponse], description: 'Those that are not what they were' })
  lines!: ChangedLineResponse[];
}

export function differencesResponse({ invoice, lockedTotal, presentTotal, lines }: InvoiceDifferences): InvoiceDifferencesResponse {
  const { currency } = invoice;
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency });
  const side = (line: ComparedLine | null): ComparedLineResponse | null => line && { priceVersion: line.priceVersion, quantity: line.quantity, exactAmount: line.exactAmount, amount: money(line.amount) };
  return {
    invoiceId: invoice.id,
    lockTimeInMillis: invoice.lockTime ?? null,
    lockedTotal: money(lockedTotal),
    presentTotal: money(presentTotal),
    difference: money(presentTotal - lockedTotal),
    lines: lines.map(({ locked, asOfLock, present, difference, causes }) => {
      const { kind, description, productItemId, priceId, meterApiName } = (present ?? locked ?? asOfLock)!;
      return {
        ...{ kind, description, productItemId, priceId, meterApiName },
        ...{ locked: side(locked), asOfLock: side(asOfLock), present: side(present), difference: money(difference) },
        causes: causes.map(({ cause, eventCount }) => ({ cause, eventCount: eventCount === null ? null : String(eventCount) })),
      };
    }),
  };
}
