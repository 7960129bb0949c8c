/** Accounts of the ledger: their own names are fixed, code and name in the books are a setting. */
export const LEDGER_ACCOUNTS = {
  receivable: { code: '1100', name: 'Accounts receivable' },
  lost_disputes: { code: '1110', name: 'Receivables from lost disputes' },
  carried_forward: { code: '1120', name: 'Amounts carried forward to a later invoice' },
  provider_clearing: { code: '1200', name: 'Money at the payment provider' },
  cash: { code: '1210', name: 'Money received outside the payment provider' },
  bank: { code: '1230', name: 'Money paid out to the bank' },
  disputed: { code: '1220', name: 'Money held back by disputes' },
  customer_balance: { code: '2100', name: 'Customer balances at the payment provider' },
  surplus: { code: '2110', name: 'Money received beyond what was due' },
  credits_payable: { code: '2120', name: 'Credit notes to be paid out' },
  tax: { code: '2200', name: 'Tax payable' },
  deferred_revenue: { code: '2300', name: 'Deferred and unbilled revenue' },
  prepaid_commitments: { code: '2310', name: 'Commitments paid in advance and not used' },
  revenue: { code: '4000', name: 'Revenue' },
  credit_notes: { code: '4100', name: 'Credit notes' },
  refunds: { code: '4110', name: 'Refunds without a credit note' },
  payment_fees: { code: '6200', name: 'Fees of payment providers' },
  provider_adjustments: { code: '6210', name: 'Other movements at payment providers' },
  write_offs: { code: '6100', name: 'Receivables written off' },
} as const satisfies Record<string, LedgerAccountLabel>;

export type LedgerAccount = keyof typeof LEDGER_ACCOUNTS;

export const LEDGER_ACCOUNT_NAMES = Object.keys(LEDGER_ACCOUNTS) as readonly LedgerAccount[];

export interface LedgerAccountLabel {
  readonly code: string;
  readonly name: string;
}

export type LedgerAccountLabels = Readonly<Record<LedgerAccount, LedgerAccountLabel>>;

/** What makes up a customer's balance: owed by the customer where positive. */
export const CUSTOMER_ACCOUNTS = ['receivable', 'lost_disputes', 'carried_forward', 'customer_balance', 'surplus', 'credits_payable'] as const satisfies readonly LedgerAccount[];

/** What customers owe on documents. */
export const RECEIVABLE_ACCOUNTS = ['receivable', 'lost_disputes'] as const satisfies readonly LedgerAccount[];

/** What customers have to their credit. */
export const CREDIT_ACCOUNTS = ['customer_balance', 'surplus', 'credits_payable'] as const satisfies readonly LedgerAccount[];

/** The defaults, with what the account has chosen instead. */
export function labelsOf(chosen: Partial<LedgerAccountLabels>): LedgerAccountLabels {
  return { ...LEDGER_ACCOUNTS, ...chosen };
}
