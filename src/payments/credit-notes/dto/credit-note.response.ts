import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../../platform/http/money.response.js';
import { CREDIT_NOTE_STATUSES, type CreditNote, type CreditNoteLine, type CreditNoteStatus, type CreditNoteTax } from '../credit-note.entity.js';

export class CreditNoteTaxResponse {
  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'DE' })
  jurisdiction!: string;

  @ApiProperty({ example: '19' })
  percentage!: string;

  @ApiProperty()
  isInclusive!: boolean;

  @ApiProperty({ type: MoneyResponse, description: 'What it is a share of, without taxes' })
  taxable!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  tax!: MoneyJson;
}

export class CreditNoteResponse {
  @ApiProperty({ example: 'crn_1k83tbe11b0r40m01n6c81hbc' })
  id!: string;

  @ApiProperty()
  invoiceId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null until the provider has answered' })
  providerCreditNoteId!: string | null;

  @ApiProperty({ enum: ['here', 'provider'], description: 'Asked for through this API, or made at the provider' })
  origin!: 'here' | 'provider';

  @ApiProperty({ enum: CREDIT_NOTE_STATUSES, description: 'unknown: its answer was lost and is being asked for' })
  status!: CreditNoteStatus;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s own word' })
  providerStatus!: string | null;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ type: MoneyResponse, description: 'The four parts together' })
  amount!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, nullable: true, description: 'The part of it that is tax, and goes back with it; null on an invoice without tax' })
  tax!: MoneyJson | null;

  @ApiProperty({ type: [CreditNoteTaxResponse], description: 'By rate of the invoice; empty where the provider taxed the document, or states another tax' })
  taxes!: CreditNoteTaxResponse[];

  @ApiProperty({ type: MoneyResponse, description: 'Off what was due' })
  amountBeforePayment!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'By the refund it owns, see GET /refunds' })
  amountRefunded!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Put on the customer’s balance at the provider' })
  amountToBalance!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Given back outside the provider' })
  amountOutside!: MoneyJson;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true })
  memo!: string | null;

  @ApiProperty({ type: String, nullable: true })
  documentUrl!: string | null;

  @ApiProperty({ type: String, nullable: true })
  failureMessage!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export function creditNoteResponse(note: CreditNote): CreditNoteResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency: note.currency });
  const { id, invoiceId, customerId, origin, status, createTime, updateTime } = note;
  return {
    id,
    invoiceId,
    customerId,
    providerCreditNoteId: note.providerCreditNoteId ?? null,
    origin,
    status,
    providerStatus: note.providerStatus ?? null,
    number: note.number ?? null,
    amount: money(note.amount),
    tax: note.tax == null ? null : money(note.tax),
    taxes: taxesOf(note.lines ?? []).map(({ taxable, tax, ...words }) => ({ ...words, taxable: money(taxable), tax: money(tax) })),
    amountBeforePayment: money(note.amountBeforePayment),
    amountRefunded: money(note.amountRefunded),
    amountToBalance: money(note.amountToBalance),
    amountOutside: money(note.amountOutside),
    reason: note.reason ?? null,
    memo: note.memo ?? null,
    documentUrl: note.documentUrl ?? null,
    failureMessage: note.failure ?? null,
    createTime,
    updateTime,
  };
}

type RateShare = Omit<CreditNoteTax, 'rate' | 'taxable' | 'tax'> & { readonly taxable: bigint; readonly tax: bigint };

/** Lines of other taxes may have a rate in common. */
function taxesOf(lines: readonly CreditNoteLine[]): RateShare[] {
  const shares = new Map<number, RateShare>();
  for (const { rate, taxable, tax, ...words } of lines.flatMap(({ taxes }) => taxes)) {
    const before = shares.get(rate);
    shares.set(rate, { ...words, taxable: BigInt(taxable) + (before?.taxable ?? 0n), tax: BigInt(tax) + (before?.tax ?? 0n) });
  }
  return [...shares.entries()].sort(([one], [other]) => one - other).map(([, share]) => share);
}
