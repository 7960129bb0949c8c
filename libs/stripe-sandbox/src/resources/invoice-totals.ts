import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Customer, Invoice } from '../state/stripe-objects.js';
import { discountAmounts } from './invoice-discounts.js';
import { taxDraft } from './invoice-taxes.js';

export interface BalanceUse {
  amountDue: number;
  endingBalance: number;
}

/** A negative customer balance is credit and lowers what is due; a positive one is debt and raises it. Surplus stays on the customer. */
export function applyBalance(total: number, balance: number): BalanceUse {
  const sum = total + balance;
  return sum > 0 ? { amountDue: sum, endingBalance: 0 } : { amountDue: 0, endingBalance: sum };
}

export function balanceInCurrency(customer: Customer, currency: string): number {
  return customer.currency === null || customer.currency === currency ? customer.balance : 0;
}

/** Recomputes a draft from its lines; answers the earlier totals that changed. */
export function retotalDraft(account: SandboxAccount, invoice: Invoice): Record<string, unknown> {
  const lines = account.children('line_item', invoice.id);
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  const balance = balanceInCurrency(account.require('customer', invoice.customer), invoice.currency);
  const discounts = discountAmounts(account, invoice, subtotal);
  const taxes = taxDraft(account, invoice, lines);
  const taxOf = (behavior: 'exclusive' | 'inclusive'): number => taxes.reduce((sum, tax) => (tax.tax_behavior === behavior ? sum + tax.amount : sum), 0);
  const total = subtotal - discounts.reduce((sum, discount) => sum + discount.amount, 0) + taxOf('exclusive');
  invoice['total_discount_amounts'] = discounts;
  invoice['total_taxes'] = taxes;
  const { amountDue } = applyBalance(total, balance);
  const totals: Partial<Invoice> = {
    subtotal,
    subtotal_excluding_tax: subtotal - taxOf('inclusive'),
    total,
    total_excluding_tax: total - taxOf('exclusive') - taxOf('inclusive'),
    starting_balance: balance,
    amount_due: amountDue,
    amount_remaining: amountDue,
  };
  const previous: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(totals)) {
    if (invoice[name] === value) continue;
    previous[name] = invoice[name] ?? null;
    invoice[name] = value;
  }
  return previous;
}
