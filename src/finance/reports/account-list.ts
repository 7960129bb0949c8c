import type { LedgerAccount } from '../ledger/ledger-accounts.js';

/** Ledger accounts as SQL text; their names are ours, never from outside. */
export function sqlList(accounts: readonly LedgerAccount[]): string {
  return accounts.map((account) => `'${account}'`).join(', ');
}
