import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { StripeObject } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';

/** Why a customer's balance moved, in the words of `customer_balance_transaction.type`. */
export type BalanceReason = 'adjustment' | 'credit_note' | 'invoice_overpaid' | 'unapplied_from_invoice';

interface Movement {
  /** Negative gives the customer credit. */
  amount: number;
  currency: string;
  type: BalanceReason;
  invoice?: string;
  creditNote?: string;
  description?: string | null;
  metadata?: Record<string, string>;
}

/** Moves a customer's balance and leaves the entry that explains it. */
export function moveBalance(account: SandboxAccount, customerId: string, movement: Movement): StripeObject {
  const customer = account.edit('customer', customerId);
  if (customer.currency !== null && customer.currency !== movement.currency) throw StripeError.invalid(`The customer's balance is kept in ${customer.currency}.`, 'currency');
  const before = customer.balance;
  customer.currency = movement.currency;
  customer.balance += movement.amount;
  const entry = account.create('customer_balance_transaction', 'cbtxn_', {
    amount: movement.amount,
    currency: movement.currency,
    customer: customer.id,
    description: movement.description ?? null,
    ending_balance: customer.balance,
    invoice: movement.invoice ?? null,
    credit_note: movement.creditNote ?? null,
    metadata: movement.metadata ?? {},
    type: movement.type,
  });
  emit(account, 'customer.updated', customer, { balance: before });
  return entry;
}
