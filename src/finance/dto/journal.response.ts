import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../platform/http/money.response.js';
import type { JournalEntry } from '../journal/journal.service.js';
import { ENTRY_KINDS, type EntryKind } from '../ledger/invoice-facts.js';
import { LEDGER_ACCOUNT_NAMES, type LedgerAccount, type LedgerAccountLabels } from '../ledger/ledger-accounts.js';
import type { ClosedMonth } from '../months/closed-months.service.js';

export class LedgerAccountResponse {
  @ApiProperty({ example: '4000' })
  code!: string;

  @ApiProperty({ example: 'Revenue' })
  name!: string;
}

export class JournalPostingResponse {
  @ApiProperty({ enum: LEDGER_ACCOUNT_NAMES, description: 'The ledger’s own name' })
  account!: LedgerAccount;

  @ApiProperty({ example: '1100' })
  code!: string;

  @ApiProperty({ example: 'Accounts receivable' })
  name!: string;

  @ApiProperty({ type: MoneyResponse })
  debit!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  credit!: MoneyJson;
}

export class JournalEntryResponse {
  @ApiProperty({ example: 'jen_1k83tbe11b0r40m01n6c81hbc' })
  id!: string;

  @ApiProperty({ enum: ENTRY_KINDS })
  kind!: EntryKind;

  @ApiProperty({ example: 'payment:pi_3Q…', description: 'What of the invoice it is about; a change of it is a further entry about the same' })
  fact!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null of fees and payouts' })
  customerId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  invoiceId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  invoiceNumber!: string | null;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ description: 'When it happened, epoch milliseconds' })
  factTimeInMillis!: number;

  @ApiProperty({ description: 'When it counts in the books' })
  bookTimeInMillis!: number;

  @ApiProperty({ description: 'It happened in a month that was closed, and is booked in the first that was open' })
  isMoved!: boolean;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ type: [JournalPostingResponse], description: 'Debits and credits are equal' })
  postings!: JournalPostingResponse[];
}

export function journalEntryResponse({ postings, ...entry }: JournalEntry): JournalEntryResponse {
  const money = (amountInMinorUnits: bigint): MoneyJson => moneyToJson({ amountInMinorUnits, currency: entry.currency });
  return { ...entry, postings: postings.map(({ account, code, name, amount }) => ({ account, code, name, debit: money(amount > 0n ? amount : 0n), credit: money(amount < 0n ? -amount : 0n) })) };
}

export class FinanceSettingsResponse {
  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(LedgerAccountResponse) }, description: 'Code and name of each ledger account, by its own name' })
  ledgerAccounts!: LedgerAccountLabels;
}

export class ClosedMonthResponse {
  @ApiProperty({ example: '2026-11', description: 'Closed with all before it' })
  month!: string;

  @ApiProperty({ description: 'Epoch milliseconds: what would have been booked before it is booked then or later' })
  endTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds, account time' })
  closeTime!: number;
}

export function closedMonthResponse({ month, endTimeInMillis, closeTime }: ClosedMonth): ClosedMonthResponse {
  return { month, endTimeInMillis, closeTime };
}
