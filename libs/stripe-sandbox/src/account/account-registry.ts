import type { AssumptionSwitches } from '../assumptions/assumptions.js';
import type { StripeContract } from '../contract/stripe-contract.js';
import type { Journal } from '../state/journal.js';
import { StoredRows, type StoredRow } from '../state/stored-rows.js';
import { accountIdOfKey } from './object-id.js';
import { SandboxAccount, type Cause } from './sandbox-account.js';

/** All accounts of one sandbox, and the one way to change them durably. */
export class AccountRegistry {
  private readonly accounts = new Map<string, SandboxAccount>();
  /** Called after each durable change. */
  onCommit: (account: SandboxAccount) => void = () => {};

  constructor(
    private readonly contract: StripeContract,
    private readonly baseUrl: () => string,
    private readonly wallTimeInMillis: () => number,
    private readonly checksEvents = false,
  ) {}

  /** What every account takes to be so, unless told otherwise. */
  assumptions: AssumptionSwitches = {};
  private journal: Journal | undefined;

  useJournal(journal: Journal): void {
    this.journal = journal;
  }

  ofKey(key: string): SandboxAccount {
    return this.ofId(accountIdOfKey(key));
  }

  ofId(id: string): SandboxAccount {
    let account = this.accounts.get(id);
    if (!account) {
      account = new SandboxAccount(id, new StoredRows(id), this.contract, this.baseUrl, this.wallTimeInMillis);
      account.checksEvents = this.checksEvents;
      account.assumptions = this.assumptions;
      this.accounts.set(id, account);
    }
    return account;
  }

  known(id: string): SandboxAccount | undefined {
    return this.accounts.get(id);
  }

  /** Lets an emptied account go; its key makes it anew. */
  drop(account: SandboxAccount): void {
    this.accounts.delete(account.id);
  }

  all(): SandboxAccount[] {
    return [...this.accounts.values()];
  }

  restore(row: StoredRow): void {
    this.ofId(row.account).rows.restore(row);
  }

  /**
   * Runs one atomic change and resolves once it is durable. An error that keeps its effects (a declined card) is thrown
   * after they are durable; any other leaves nothing.
   */
  async change<T>(account: SandboxAccount, cause: Cause, work: () => T): Promise<T> {
    account.cause = cause;
    const { result, error, rows } = account.rows.transact(work, keepsEffects);
    if (rows.length > 0) {
      await this.journal?.append(rows);
      this.onCommit(account);
    }
    if (error !== undefined) throw error;
    return result as T;
  }
}

function keepsEffects(error: unknown): boolean {
  return (error as { options?: { keepsEffects?: boolean } }).options?.keepsEffects === true;
}
