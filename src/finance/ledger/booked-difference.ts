import type { EntryKind, InvoiceFact, InvoiceRows, Postings } from './invoice-facts.js';
import type { LedgerAccount } from './ledger-accounts.js';

/** What is booked of a fact so far. */
export interface BookedFact {
  readonly key: string;
  readonly kind: EntryKind;
  readonly postings: Postings;
}

export interface NewEntry {
  readonly key: string;
  readonly kind: EntryKind;
  readonly factTimeInMillis: number;
  readonly postings: readonly (readonly [LedgerAccount, bigint])[];
}

/** Entries that make the ledger show the facts as they stand. What a fact came to before stays booked: a change is a further entry, dated when it is known. */
export function differenceOf({ accountNowInMillis }: Pick<InvoiceRows, 'accountNowInMillis'>, facts: readonly InvoiceFact[], booked: readonly BookedFact[]): NewEntry[] {
  const before = new Map(booked.map((one) => [one.key, one]));
  const known = new Set(facts.map(({ key }) => key));
  const gone = booked.filter(({ key }) => !known.has(key)).map(({ key, kind }): InvoiceFact => ({ key, kind, timeInMillis: accountNowInMillis, postings: {} }));
  return [...facts, ...gone].flatMap(({ key, kind, timeInMillis, postings }) => {
    const earlier = before.get(key);
    const changes = changesOf(postings, earlier?.postings ?? {});
    const factTimeInMillis = earlier ? Math.max(timeInMillis, accountNowInMillis) : timeInMillis;
    return changes.length === 0 ? [] : [{ key, kind, factTimeInMillis, postings: changes }];
  });
}

function changesOf(postings: Postings, before: Postings): [LedgerAccount, bigint][] {
  const accounts = new Set([...Object.keys(postings), ...Object.keys(before)] as LedgerAccount[]);
  return [...accounts].map((account): [LedgerAccount, bigint] => [account, (postings[account] ?? 0n) - (before[account] ?? 0n)]).filter(([, amount]) => amount !== 0n);
}
