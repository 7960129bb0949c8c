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

const MAX_ENTRIES = 20_000;

/** Every call the sandbox received, for assertions. Lives in memory only; the oldest entries go first. */
export class RequestLedger {
  private entries: LedgerEntry[] = [];
  private readonly keyUses = new Map<string, number>();

  add(entry: Omit<LedgerEntry, 'attempt'>): LedgerEntry {
    const use = `${entry.account} ${entry.idempotencyKey}`;
    const attempt = entry.idempotencyKey === null ? 1 : (this.keyUses.get(use) ?? 0) + 1;
    if (entry.idempotencyKey !== null) this.keyUses.set(use, attempt);
    const complete = { ...entry, attempt };
    this.entries.push(complete);
    if (this.entries.length > MAX_ENTRIES) this.entries = this.entries.slice(-MAX_ENTRIES / 2);
    return complete;
  }

  list(filter: { account?: string; unknownRoute?: boolean } = {}): LedgerEntry[] {
    return this.entries.filter(
      (entry) => (filter.account === undefined || entry.account === filter.account) && (filter.unknownRoute === undefined || entry.unknownRoute === filter.unknownRoute),
    );
  }

  clear(account?: string): void {
    this.entries = account === undefined ? [] : this.entries.filter((entry) => entry.account !== account);
    this.keyUses.clear();
  }
}
