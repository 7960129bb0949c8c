import type { FaultKind, LedgerEntry, StripeSandbox } from '@tollkeeper/stripe-sandbox';

export interface StripeRow {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A sandbox in this process, or only the address of one in another. */
export type ReachableSandbox = Pick<StripeSandbox, 'url'> & Partial<Pick<StripeSandbox, 'control'>>;

/** One account in the Stripe sandbox, asked over its API: what Stripe says, whatever we believe. */
export class StripeAccount {
  readonly key: string;
  readonly #sandbox: ReachableSandbox;

  /** @param key one of its own makes an account of its own */
  constructor(sandbox: ReachableSandbox, key: string) {
    this.#sandbox = sandbox;
    this.key = key;
  }

  get control(): StripeSandbox['control'] {
    if (!this.#sandbox.control) throw new Error('This sandbox runs in another process and is not controlled from here.');
    return this.#sandbox.control;
  }

  /** @param collection `customers`, `invoices`, `charges`, …; newest first, at most 100 */
  async list(collection: string, query: Readonly<Record<string, string>> = {}): Promise<StripeRow[]> {
    const { data } = await this.call<{ data: StripeRow[] }>('GET', `/v1/${collection}?${new URLSearchParams({ limit: '100', ...query })}`);
    return data;
  }

  async call<T = StripeRow>(method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${this.#sandbox.url}${path}`, { method, headers: { Authorization: `Bearer ${this.key}` }, ...(form ? { body: new URLSearchParams(form) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path} at the sandbox: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** The next requests to this operation go wrong: one, or `count`. @param operation e.g. `POST /v1/customers`; `*` stands for one segment */
  fail(kind: FaultKind, operation: string, more: { count?: number; status?: number } = {}): void {
    const [method = '', path = ''] = operation.split(' ');
    this.control.addFault({ kind, method, path, account: this.control.accountId(this.key), ...more });
  }

  /** Requests that met a fault, oldest first. */
  troubled(operation: string, kind: FaultKind): LedgerEntry[] {
    return this.requests(operation).filter((entry) => entry.fault === kind);
  }

  requests(operation: string): LedgerEntry[] {
    return this.control.ledger({ key: this.key }).filter((entry) => entry.route === operation);
  }
}
