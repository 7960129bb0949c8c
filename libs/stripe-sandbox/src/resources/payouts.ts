import type { SandboxAccount } from '../account/sandbox-account.js';
import type { BalanceTransaction, StripeObject } from '../state/stripe-objects.js';
import { AVAILABLE_AFTER_SECONDS, book } from './balance-ledger.js';

export interface Payout extends StripeObject {
  created: number;
  amount: number;
  arrival_date: number;
  balance_transaction: string;
  currency: string;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
}

/** What is available by now and in no payout yet goes to the bank, a payout for each currency; what is below zero waits for more. */
export function payOut(account: SandboxAccount): void {
  const terms = account.secret('_payout_terms', 'terms');
  if (terms) account.keep('_payout_terms', 'terms', { ...terms, nextAtInSeconds: terms.nextAtInSeconds + terms.everySeconds });
  const waiting = account.list('balance_transaction').filter(({ id, type, available_on }) => type !== 'payout' && available_on <= account.now && !account.secret('_paid_out', id));
  for (const currency of new Set(waiting.map((movement) => movement.currency))) make(account, currency, waiting.filter((movement) => movement.currency === currency));
}

function make(account: SandboxAccount, currency: string, movements: readonly BalanceTransaction[]): void {
  const amount = movements.reduce((sum, { net }) => sum + net, 0);
  if (amount <= 0) return;
  const payout = account.create('payout', 'po_', {
    amount,
    arrival_date: account.now + AVAILABLE_AFTER_SECONDS,
    automatic: true,
    currency,
    method: 'standard',
    reconciliation_status: 'completed',
    source_type: 'card',
    status: 'in_transit',
    type: 'bank_account',
  });
  const taken = book(account, 'payout', { amount: -amount, currency, source: payout.id, description: 'STRIPE PAYOUT' });
  account.edit('payout', payout.id).balance_transaction = taken.id;
  for (const { id } of [...movements, taken]) {
    account.keep('_paid_out', id, { payout: payout.id });
    account.edit('balance_transaction', id).status = 'available';
  }
}

/** The bank has it. */
export function arrive(account: SandboxAccount, id: string): void {
  account.edit('payout', id).status = 'paid';
}

export function movementsOfPayout(account: SandboxAccount, payoutId: string): BalanceTransaction[] {
  account.refer('payout', payoutId, 'payout');
  return account.list('balance_transaction').filter(({ id }) => account.secret('_paid_out', id)?.payout === payoutId);
}

export function isOnItsWay({ status }: Payout): boolean {
  return status === 'in_transit';
}
