import type { SandboxAccount } from '../account/sandbox-account.js';
import type { Invoice } from '../state/stripe-objects.js';
import type { LedgerEntry } from './request-ledger.js';

/** What the SDK makes up for a caller that gave no key; such a key is lost with the process. */
const AUTOMATIC_KEY = /^stripe-node-retry-/;

/** Requests for routes that the sandbox does not play. */
export function unknownRoutes(entries: LedgerEntry[]): string[] {
  return entries.filter((entry) => entry.unknownRoute).map((entry) => `unknown route: ${entry.method} ${entry.path}`);
}

/** Writes without a key that the caller keeps: after a crash nobody could ask about them. `except` names operations that may. */
export function writesWithoutStoredKey(entries: LedgerEntry[], except: readonly string[] = []): string[] {
  return entries
    .filter((entry) => entry.method === 'POST' && !except.includes(entry.route ?? '') && (entry.idempotencyKey === null || AUTOMATIC_KEY.test(entry.idempotencyKey)))
    .map((entry) => `write without a stored key: ${entry.route ?? entry.path} (${entry.requestId})`);
}

/** The most requests that arrived in any one second, for budgets; all, or those of each operation. */
export function busiestSecond(entries: LedgerEntry[], by: 'account' | 'operation' = 'account'): number {
  const windows = new Map<string, number[]>();
  let most = 0;
  for (const entry of entries) {
    const name = by === 'account' ? String(entry.account) : `${entry.account} ${entry.route}`;
    const recent = [...(windows.get(name) ?? []).filter((at) => at > entry.atWallTimeInMillis - 1000), entry.atWallTimeInMillis];
    windows.set(name, recent);
    most = Math.max(most, recent.length);
  }
  return most;
}

/** Invoices with more than one payment that took money and kept some of it. */
export function invoicesChargedTwice(account: SandboxAccount): string[] {
  return account.list('invoice').filter((invoice) => keptCharges(account, invoice) > 1).map((invoice) => `charged twice: ${invoice.id}`);
}

function keptCharges(account: SandboxAccount, invoice: Invoice): number {
  return account.children('invoice_payment', invoice.id).filter((payment) => {
    const intent = payment.status === 'paid' && payment.payment.payment_intent ? account.find('payment_intent', payment.payment.payment_intent) : undefined;
    const charge = intent?.latest_charge ? account.find('charge', intent.latest_charge) : undefined;
    return charge !== undefined && charge.amount_captured > charge.amount_refunded;
  }).length;
}

/** Customers that carry the same value under one metadata key, which is to say the same customer twice. */
export function customersSharing(account: SandboxAccount, metadataKey: string): string[] {
  const owners = new Map<string, string[]>();
  for (const customer of account.list('customer')) {
    const value = customer.metadata?.[metadataKey];
    if (value !== undefined) owners.set(value, [...(owners.get(value) ?? []), customer.id]);
  }
  return [...owners].filter(([, ids]) => ids.length > 1).map(([value, ids]) => `one customer twice: ${metadataKey} ${value} is ${ids.join(' and ')}`);
}

/** Sums that do not add up: an honest sandbox has none. */
export function moneyAmiss(account: SandboxAccount): string[] {
  const invoices = account.list('invoice').filter((invoice) => invoice.amount_paid + invoice.amount_remaining !== invoice.amount_due).map((invoice) => `paid and remaining are not what is due: ${invoice.id}`);
  const charges = account.list('charge').filter((charge) => charge.amount_refunded > charge.amount_captured).map((charge) => `refunded more than charged: ${charge.id}`);
  return [...invoices, ...charges];
}
