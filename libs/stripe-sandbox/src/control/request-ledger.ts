import type { Params } from '../http/route.js';

export interface LedgerEntry {
  requestId: string;
  account: string | null;
  method: string;
  path: string;
  /** The operation as the contract names it, or null for an unknown route. */
  route: string | null;
  unknownRoute: boolean;
  idempotencyKey: string | null;
  /** How often this key has been seen, counting this request. */
  attempt: number;
  replayed: boolean;
  stripeVersion: string | null;
  /** The version header was absent or another one, so the request was not judged strictly. */
  lenient: boolean;
  /** What strict judgement would have refused. */
  leniencies: string[];
  params: Params;
  fault: string | null;
  /** HTTP status, or `reset` / `no_answer` when a fault cut the connection. */
  outcome: number | 'reset' | 'no_answer' | 'pending';
  errorCode: string | null;
  atWallTimeInMillis: number;
}

export interface LedgerFilter {
  account?: string;
  unknownRoute?: boolean;
}

const MAX_ENTRIES = 20_000;

/** Every call the sandbox received, for assertions. Lives in memory only; the oldest entries go first. */
export class RequestLedger {
  private entries: LedgerEntry[] = [];
  /** How often each key was used, by account and key. */
  private keyUses = new Map<string, number>();

  add(entry: Omit<LedgerEntry, 'attempt'>): LedgerEntry {
    const complete = { ...entry, attempt: 1 };
    this.entries.push(complete);
    if (this.entries.length > MAX_ENTRIES) {
      this.entries = this.entries.slice(-MAX_ENTRIES / 2);
      this.keyUses = new Map(this.entries.filter((kept) => kept.idempotencyKey !== null).map((kept) => [use(kept), kept.attempt]));
    }
    return complete;
  }

  /** Says whose request it was, as soon as that is known. */
  own(entry: LedgerEntry, account: string): void {
    entry.account = account;
    if (entry.idempotencyKey === null) return;
    entry.attempt = (this.keyUses.get(use(entry)) ?? 0) + 1;
    this.keyUses.set(use(entry), entry.attempt);
  }

  list(filter: LedgerFilter = {}): LedgerEntry[] {
    return this.entries.filter(
      (entry) => (filter.account === undefined || entry.account === filter.account) && (filter.unknownRoute === undefined || entry.unknownRoute === filter.unknownRoute),
    );
  }

  clear(account?: string): void {
    this.entries = account === undefined ? [] : this.entries.filter((entry) => entry.account !== account);
    this.keyUses = account === undefined ? new Map() : new Map([...this.keyUses].filter(([name]) => !name.startsWith(`${account} `)));
  }
}

const use = (entry: LedgerEntry): string => `${entry.account} ${entry.idempotencyKey}`;
