import { segment, type CallOptions, type Transport } from '../transport.js';

export interface DriftRun {
  readonly id: string;
  readonly trigger: 'schedule' | 'request';
  readonly state: 'running' | 'done' | 'failed';
  /** What is being compared; only tells while it runs. */
  readonly phase: 'customer' | 'invoice' | 'payment' | 'unseen_customers' | 'unseen_invoices' | 'recheck';
  readonly connectionId: string | null;
  /** Objects compared so far. */
  readonly compared: number;
  /** Why it waits or failed. */
  readonly message: string | null;
  /** Epoch milliseconds. */
  readonly startTime: number;
  readonly endTime: number | null;
}

/** One field in which we and the provider say different things. */
export interface Drift {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: 'customer' | 'invoice' | 'payment';
  /** A customerId or an invoice id, also of a payment; null where nothing here is known of it. */
  readonly ownId: string | null;
  readonly providerId: string;
  /** A field, or `missing_at_provider`, `unknown_here`, `duplicate`. */
  readonly field: string;
  /** Amounts in minor units. */
  readonly ownValue: string | null;
  readonly providerValue: string | null;
  /** What repairing does, and what is for people to decide. */
  readonly advice: string;
  /** Epoch milliseconds. */
  readonly firstSeenTime: number;
  readonly lastSeenTime: number;
  /** Null while it differs. */
  readonly resolvedTime: number | null;
}

export interface DriftReport {
  /** The last comparison that came to its end. */
  readonly lastRun: DriftRun | null;
  readonly running: DriftRun | null;
  /** All open differences, also those beyond `limit`. */
  readonly openCount: number;
  /** First found first. */
  readonly differences: readonly Drift[];
}

/** Comparisons with the payment providers. */
export class DriftResource {
  constructor(private readonly transport: Transport) {}

  /** @param query.limit differences answered, at most 1,000 */
  report(query: { readonly limit?: number } = {}, options?: CallOptions): Promise<DriftReport> {
    return this.transport.json({ ...options, method: 'GET', path: '/payments/drift', query: { ...query } });
  }

  /** Begins a comparison; while one is running, that one is answered. */
  compare(options?: CallOptions): Promise<DriftRun> {
    return this.transport.json({ ...options, method: 'POST', path: '/payments/drift/runs' });
  }

  run(id: string, options?: CallOptions): Promise<DriftRun> {
    return this.transport.json({ ...options, method: 'GET', path: `/payments/drift/runs/${segment(id)}` });
  }

  /** Takes over what the provider says; `resolvedTime` tells whether that ended it. */
  repair(id: string, options?: CallOptions): Promise<Drift> {
    return this.transport.json({ ...options, method: 'POST', path: `/payments/drift/${segment(id)}/repair` });
  }
}
