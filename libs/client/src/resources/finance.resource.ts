import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type LedgerEntryKind = 'invoice' | 'revenue' | 'balance' | 'payment' | 'surplus' | 'refund' | 'credit_note' | 'dispute' | 'write_off' | 'fee' | 'payout' | 'adjustment';

/** Owed by a customer in a currency, by days overdue. */
export interface Ageing {
  /** Null where all customers are one row. */
  readonly customerId: string | null;
  readonly currency: string;
  /** Epoch milliseconds. */
  readonly asOfTimeInMillis: number;
  readonly notDue: Money;
  readonly overdue1To30: Money;
  readonly overdue31To60: Money;
  readonly overdue61To90: Money;
  readonly overdueOver90: Money;
  readonly total: Money;
  /** What the customer has to their credit beside it. */
  readonly credit: Money;
}

export interface AgeingQuery extends PageQuery {
  readonly asOfTimeInMillis?: number;
  readonly customerId?: string;
  readonly currency?: string;
  readonly groupBy?: 'customer' | 'currency';
}

export interface StatementLine {
  readonly entryId: string;
  readonly timeInMillis: number;
  readonly kind: LedgerEntryKind;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  /** What it changes in what the customer owes. */
  readonly change: Money;
  /** Money that came in; negative where it went back. */
  readonly money: Money;
  readonly balance: Money;
}

export interface CustomerStatement {
  readonly customerId: string;
  readonly startTimeInMillis: number;
  readonly endTimeInMillis: number;
  readonly currencies: readonly { readonly currency: string; readonly openingBalance: Money; readonly closingBalance: Money; readonly lines: readonly StatementLine[] }[];
}

export interface StatementQuery {
  readonly customerId: string;
  readonly currency?: string;
  readonly startTimeInMillis?: number;
  readonly endTimeInMillis?: number;
}

/** Months of the account's calendar, such as `2026-11`, both included. */
export interface MonthsQuery {
  readonly fromMonth?: string;
  readonly toMonth?: string;
  readonly currency?: string;
}

export interface MonthlyRevenue {
  readonly month: string;
  readonly currency: string;
  readonly recognized: Money;
  readonly creditNotes: Money;
  readonly refunds: Money;
  readonly writeOffs: Money;
  readonly net: Money;
  readonly deferredAtEnd: Money;
  readonly unbilledAtEnd: Money;
}

export interface MonthlyTax {
  readonly month: string;
  readonly currency: string;
  /** Percent, two decimals. */
  readonly rate: string;
  readonly taxable: Money;
  readonly tax: Money;
  readonly invoices: number;
}

export interface JournalEntry {
  readonly id: string;
  readonly kind: LedgerEntryKind;
  readonly fact: string;
  /** Null of fees and payouts. */
  readonly customerId: string | null;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly currency: string;
  readonly factTimeInMillis: number;
  readonly bookTimeInMillis: number;
  /** It happened in a closed month, and is booked in the first open one. */
  readonly isMoved: boolean;
  readonly createTime: number;
  readonly postings: readonly { readonly account: string; readonly code: string; readonly name: string; readonly debit: Money; readonly credit: Money }[];
}

export interface JournalQuery extends PageQuery {
  readonly fromMonth?: string;
  readonly toMonth?: string;
  readonly customerId?: string;
  readonly invoiceId?: string;
}

export interface Reconciliation {
  readonly isReconciled: boolean;
  readonly invoicesToBook: number;
  readonly differences: readonly { readonly invoiceId: string; readonly open: Money; readonly booked: Money }[];
}

export interface ClosedMonth {
  readonly month: string;
  readonly endTimeInMillis: number;
  readonly closeTime: number;
}

export interface LedgerAccountLabel {
  readonly code: string;
  readonly name: string;
}

export interface FinanceSettings {
  readonly ledgerAccounts: Readonly<Record<string, LedgerAccountLabel>>;
}

/** What a provider paid out, with the sums of what is in it: `net` = gross − refunds − disputes − fees + other. */
export interface Payout {
  readonly id: string;
  readonly paymentProviderName: string;
  readonly status: 'pending' | 'paid' | 'failed' | 'canceled';
  readonly providerStatus: string;
  readonly amount: Money;
  readonly gross: Money;
  readonly refunds: Money;
  readonly disputes: Money;
  readonly fees: Money;
  readonly other: Money;
  readonly net: Money;
  /** Null while its transactions are being read, or where the provider does not tell them. */
  readonly addsUp: boolean | null;
  readonly transactions: number;
  /** Payments, refunds and disputes in it that are none of ours, or say another amount. */
  readonly unmatched: number;
  /** Epoch milliseconds, by the provider's clock. */
  readonly createTime: number;
  readonly arrivalTimeInMillis: number;
}

export interface PayoutTransaction {
  readonly id: string;
  readonly payoutId: string | null;
  readonly kind: 'payment' | 'refund' | 'refund_failed' | 'dispute' | 'dispute_reversal' | 'fee' | 'payout' | 'payout_failed' | 'other';
  readonly providerType: string;
  readonly amount: Money;
  readonly fee: Money;
  readonly net: Money;
  readonly description: string | null;
  readonly match: 'matched' | 'amount_differs' | 'not_ours' | 'not_applicable';
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly customerId: string | null;
  readonly providerPaymentId: string | null;
  readonly providerRefundId: string | null;
  readonly providerDisputeId: string | null;
  readonly createTime: number;
  readonly availableTimeInMillis: number;
}

/** A payment or refund of ours that is in no payout yet. */
export interface OutstandingMoney {
  readonly kind: 'payment' | 'refund';
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  readonly amount: Money;
  /** The provider has it, or tells of no movement for it yet. */
  readonly reason: 'on_balance' | 'not_reported';
  readonly createTime: number;
}

export type FinanceReport = 'ageing' | 'statement' | 'revenue' | 'tax' | 'journal' | 'payouts';
export type ExportQuery = Omit<AgeingQuery, keyof PageQuery> & Partial<StatementQuery> & MonthsQuery & Omit<JournalQuery, keyof PageQuery>;

/** What finance asks for: reports from the ledger, the journal, and months that are closed. */
export class FinanceResource {
  constructor(private readonly transport: Transport) {}

  ageing(query: AgeingQuery = {}, options?: CallOptions): Promise<Page<Ageing>> {
    return readPage(this.transport, '/finance/ageing', { ...query }, options);
  }

  allAgeing(query: AgeingQuery = {}, options?: CallOptions): AsyncGenerator<Ageing, void, void> {
    return readAll(this.transport, '/finance/ageing', { ...query }, options);
  }

  statement(query: StatementQuery, options?: CallOptions): Promise<CustomerStatement> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/statement', query: { ...query } });
  }

  revenue(query: MonthsQuery = {}, options?: CallOptions): Promise<MonthlyRevenue[]> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/revenue', query: { ...query } });
  }

  tax(query: MonthsQuery = {}, options?: CallOptions): Promise<MonthlyTax[]> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/tax', query: { ...query } });
  }

  journal(query: JournalQuery = {}, options?: CallOptions): Promise<Page<JournalEntry>> {
    return readPage(this.transport, '/finance/journal', { ...query }, options);
  }

  allJournal(query: JournalQuery = {}, options?: CallOptions): AsyncGenerator<JournalEntry, void, void> {
    return readAll(this.transport, '/finance/journal', { ...query }, options);
  }

  /** The whole report as CSV or NDJSON; read its body as it arrives. */
  export(report: FinanceReport, format: 'csv' | 'ndjson', query: ExportQuery = {}, options?: CallOptions): Promise<Response> {
    return this.transport.open({ ...options, method: 'GET', path: `/finance/reports/${segment(report)}/export`, query: { ...query, format } });
  }

  reconciliation(options?: CallOptions): Promise<Reconciliation> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/reconciliation' });
  }

  payouts(query: PageQuery = {}, options?: CallOptions): Promise<Page<Payout>> {
    return readPage(this.transport, '/finance/payouts', { ...query }, options);
  }

  allPayouts(query: PageQuery = {}, options?: CallOptions): AsyncGenerator<Payout, void, void> {
    return readAll(this.transport, '/finance/payouts', { ...query }, options);
  }

  payoutTransactions(payoutId: string, query: PageQuery = {}, options?: CallOptions): Promise<Page<PayoutTransaction>> {
    return readPage(this.transport, `/finance/payouts/${segment(payoutId)}/transactions`, { ...query }, options);
  }

  outstanding(query: PageQuery = {}, options?: CallOptions): Promise<Page<OutstandingMoney>> {
    return readPage(this.transport, '/finance/outstanding', { ...query }, options);
  }

  closedMonths(options?: CallOptions): Promise<ClosedMonth[]> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/months' });
  }

  /** With all before it, for ever. */
  closeMonth(month: string, request: { readonly despiteOpenInvoices?: boolean } = {}, options?: CallOptions): Promise<ClosedMonth> {
    return this.transport.json({ ...options, method: 'POST', path: `/finance/months/${segment(month)}/close`, body: request });
  }

  settings(options?: CallOptions): Promise<FinanceSettings> {
    return this.transport.json({ ...options, method: 'GET', path: '/finance/settings' });
  }

  /** Accounts that are not named stay as they are; null is the default again. */
  changeSettings(settings: { readonly ledgerAccounts: Readonly<Record<string, LedgerAccountLabel | null>> }, options?: CallOptions): Promise<FinanceSettings> {
    return this.transport.json({ ...options, method: 'PUT', path: '/finance/settings', body: settings });
  }
}
