import type { CallOptions, Transport } from '../transport.js';

export interface Resumption {
  readonly state: 'running' | 'done' | 'failed';
  readonly dryRun: boolean;
  /** Epoch milliseconds. */
  readonly startTime: number;
  /** A sentence for people once it has ended. */
  readonly message: string | null;
  readonly connectionsDone: number;
  readonly connections: number;
  /** Customers at providers that are linked instead of created again. */
  readonly customers: number;
  /** Documents at providers that are taken over instead of sent again. */
  readonly documents: number;
  /** The provider's ids of documents of ours that belong to no invoice here. */
  readonly unmatchedDocuments: readonly string[];
  /** Invoices that wait for a person, because one of those may be theirs. */
  readonly heldInvoices: readonly string[];
}

export interface Installation {
  readonly instanceId: string;
  /** `paused`: a restored or copied database; nothing is written to the connections it was copied with. */
  readonly providerWrites: 'on' | 'paused';
  /** Epoch milliseconds. */
  readonly pauseTime: number | null;
  readonly pauseReasons: readonly string[];
  readonly resumption: Resumption | null;
}

/** This installation itself; needs its own admin key. */
export class InstallationResource {
  constructor(private readonly transport: Transport) {}

  get(options?: CallOptions): Promise<Installation> {
    return this.transport.json({ ...options, method: 'GET', path: '/installation' });
  }

  /** Begins; `get` shows how far it is. Stop the original for good before. @param input.dryRun only says what would be taken over */
  resume(input: { readonly dryRun?: boolean } = {}, options?: CallOptions): Promise<Installation> {
    return this.transport.json({ ...options, method: 'POST', path: '/installation/resume', body: input });
  }
}
