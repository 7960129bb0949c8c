import { ApiProperty } from '@nestjs/swagger';
import { moneyToJson, type MoneyJson } from '@tollkeeper/kernel';
import { MoneyResponse } from '../../platform/http/money.response.js';
import { ENTRY_KINDS, type EntryKind } from '../ledger/invoice-facts.js';
import type { AgeingRow } from '../reports/ageing.report.js';
import type { RevenueRow, TaxRow } from '../reports/month-reports.js';
import type { ReconciledInvoice } from '../reports/reconciliation.report.js';
import type { Statement } from '../reports/statement.report.js';

const money = (amountInMinorUnits: bigint, currency: string): MoneyJson => moneyToJson({ amountInMinorUnits, currency });

export class AgeingResponse {
  @ApiProperty({ type: String, nullable: true, description: 'Null where all customers are one row' })
  customerId!: string | null;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  asOfTimeInMillis!: number;

  @ApiProperty({ type: MoneyResponse })
  notDue!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Overdue by 1 to 30 days' })
  overdue1To30!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  overdue31To60!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  overdue61To90!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  overdueOver90!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'The sum of the five' })
  total!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'What the customer has to their credit beside it: balance at the provider, money beyond what was due, credit notes to be paid out' })
  credit!: MoneyJson;
}

export function ageingResponse(asOfTimeInMillis: number): (row: AgeingRow) => AgeingResponse {
  return ({ customerId, currency, ...amounts }) => ({
    customerId,
    currency,
    asOfTimeInMillis,
    notDue: money(amounts.notDue, currency),
    overdue1To30: money(amounts.overdue1To30, currency),
    overdue31To60: money(amounts.overdue31To60, currency),
    overdue61To90: money(amounts.overdue61To90, currency),
    overdueOver90: money(amounts.overdueOver90, currency),
    total: money(amounts.total, currency),
    credit: money(amounts.credit, currency),
  });
}

export class StatementLineResponse {
  @ApiProperty({ description: 'The journal entry' })
  entryId!: string;

  @ApiProperty({ description: 'Epoch milliseconds' })
  timeInMillis!: number;

  @ApiProperty({ enum: ENTRY_KINDS })
  kind!: EntryKind;

  @ApiProperty({ type: String, nullable: true })
  invoiceId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  invoiceNumber!: string | null;

  @ApiProperty({ type: MoneyResponse, description: 'What it changes in what the customer owes' })
  change!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Money that came in; negative where it went back' })
  money!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'After it' })
  balance!: MoneyJson;
}

export class CurrencyStatementResponse {
  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: MoneyResponse, description: 'Owed by the customer where positive' })
  openingBalance!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  closingBalance!: MoneyJson;

  @ApiProperty({ type: [StatementLineResponse] })
  lines!: StatementLineResponse[];
}

export class StatementResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty({ description: 'Epoch milliseconds, inclusive' })
  startTimeInMillis!: number;

  @ApiProperty({ description: 'Epoch milliseconds, exclusive' })
  endTimeInMillis!: number;

  @ApiProperty({ type: [CurrencyStatementResponse] })
  currencies!: CurrencyStatementResponse[];
}

export function statementResponse({ customerId, startTimeInMillis, endTimeInMillis, currencies }: Statement): StatementResponse {
  return {
    customerId,
    startTimeInMillis,
    endTimeInMillis,
    currencies: currencies.map(({ currency, openingBalance, closingBalance, lines }) => ({
      currency,
      openingBalance: money(openingBalance, currency),
      closingBalance: money(closingBalance, currency),
      lines: lines.map((line) => ({ ...line, change: money(line.change, currency), money: money(line.money, currency), balance: money(line.balance, currency) })),
    })),
  };
}

export class RevenueResponse {
  @ApiProperty({ example: '2026-11' })
  month!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: MoneyResponse, description: 'Earned in the month, whenever it was invoiced' })
  recognized!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  creditNotes!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Without those that credit notes own' })
  refunds!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  writeOffs!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Recognized less the three' })
  net!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Invoiced by the end of the month and not earned yet' })
  deferredAtEnd!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'Earned by the end of the month and invoiced later' })
  unbilledAtEnd!: MoneyJson;
}

export function revenueResponse({ month, currency, ...amounts }: RevenueRow): RevenueResponse {
  return {
    month,
    currency,
    recognized: money(amounts.recognized, currency),
    creditNotes: money(amounts.creditNotes, currency),
    refunds: money(amounts.refunds, currency),
    writeOffs: money(amounts.writeOffs, currency),
    net: money(amounts.net, currency),
    deferredAtEnd: money(amounts.deferredAtEnd, currency),
    unbilledAtEnd: money(amounts.unbilledAtEnd, currency),
  };
}

export class TaxResponse {
  @ApiProperty({ example: '2026-11' })
  month!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ example: '19.00', description: 'Percent: the tax of a document against its total before tax' })
  rate!: string;

  @ApiProperty({ type: MoneyResponse, description: 'What was invoiced at it, before tax' })
  taxable!: MoneyJson;

  @ApiProperty({ type: MoneyResponse })
  tax!: MoneyJson;

  @ApiProperty({ description: 'How many invoices' })
  invoices!: number;
}

export function taxResponse({ taxable, tax, ...row }: TaxRow): TaxResponse {
  return { ...row, taxable: money(taxable, row.currency), tax: money(tax, row.currency) };
}

export class ReconciliationDifferenceResponse {
  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ type: MoneyResponse, description: 'By the invoice' })
  open!: MoneyJson;

  @ApiProperty({ type: MoneyResponse, description: 'By the ledger' })
  booked!: MoneyJson;
}

export class ReconciliationResponse {
  @ApiProperty({ description: 'The ledger shows all invoices, and as much receivable of each as it says is open' })
  isReconciled!: boolean;

  @ApiProperty({ description: 'Invoices from before the ledger that are still being booked' })
  invoicesToBook!: number;

  @ApiProperty({ type: [ReconciliationDifferenceResponse], description: 'At most a hundred' })
  differences!: ReconciliationDifferenceResponse[];
}

export function reconciliationResponse(invoicesToBook: number, differences: readonly ReconciledInvoice[]): ReconciliationResponse {
  return {
    isReconciled: invoicesToBook === 0 && differences.length === 0,
    invoicesToBook,
    differences: differences.map(({ invoiceId, currency, open, booked }) => ({ invoiceId, open: money(open, currency), booked: money(booked, currency) })),
  };
}
