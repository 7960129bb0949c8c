import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** `created`: not answered yet; `unknown`: nobody knows yet whether it was done, and it is asked again. */
export type ProviderIntentOutcome = 'created' | 'succeeded' | 'pending' | 'requires_action' | 'failed' | 'unknown';

/** Something wanted at a payment provider. */
export interface ProviderIntent {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly attempt: number;
  readonly outcome: ProviderIntentOutcome;
  /** Nothing but a person can say whether it was done. */
  readonly undecidable: boolean;
  readonly code: string | null;
  readonly message: string | null;
  readonly providerObjectId: string | null;
  readonly sendCount: number;
  readonly firstSentTime: number | null;
  readonly lastSentTime: number | null;
  readonly nextCheckTime: number | null;
  readonly createTime: number;
  readonly finishTime: number | null;
  readonly resolution: { readonly outcome: 'done' | 'not_done'; readonly note: string; readonly apiKeyId: string; readonly timeInMillis: number } | null;
}

export interface ProviderIntentQuery extends PageQuery {
  readonly outcome?: ProviderIntentOutcome;
  readonly kind?: string;
  readonly connectionId?: string;
  readonly undecidable?: boolean;
}

/** A person's word. */
export interface ProviderIntentDecision {
  readonly outcome: 'done' | 'not_done';
  /** What was made there; it is looked up, and what follows from it follows. */
  readonly providerObjectId?: string | null;
  /** How it is known. */
  readonly note: string;
}

/** What was wanted at payment providers and became of it. */
export class ProviderIntentsResource {
  constructor(private readonly transport: Transport) {}

  /** In order of creation. */
  list(query: ProviderIntentQuery = {}, options?: CallOptions): Promise<Page<ProviderIntent>> {
    return readPage(this.transport, '/provider-intents', { ...query }, options);
  }

  all(query: ProviderIntentQuery = {}, options?: CallOptions): AsyncGenerator<ProviderIntent, void, void> {
    return readAll(this.transport, '/provider-intents', { ...query }, options);
  }

  /** Says whether something was done of which nothing else can tell. */
  resolve(id: string, decision: ProviderIntentDecision, options?: CallOptions): Promise<ProviderIntent> {
    return this.transport.json({ ...options, method: 'POST', path: `/provider-intents/${segment(id)}/resolve`, body: decision });
  }
}
