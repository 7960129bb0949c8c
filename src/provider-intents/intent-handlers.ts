import { Injectable } from '@nestjs/common';
import type { CallContext, FetchResult, OwnerTags, PaymentProvider, ProviderOutcome, ProviderObjectKind } from '@tollkeeper/payment-provider';
import type { Transaction } from '../platform/database/database.js';
import type { ProviderIntent } from './provider-intent.entity.js';

export interface ProviderCall {
  readonly provider: PaymentProvider;
  readonly context: CallContext;
  /** The metadata that marks an object as ours. @param id our id of the thing */
  tags(id: string): OwnerTags;
}

/** What a feature knows about one kind of intent. `V` is plain data. */
export interface IntentHandler<V = unknown> {
  /** Sends it. Called again with the same parameters and key when the outcome is unknown. */
  perform(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<V>>;
  /** Looks by list whether it was done, once the key may no longer be trusted. Absent: undecidable, a person has to look. */
  find?(intent: ProviderIntent, call: ProviderCall): Promise<ProviderOutcome<FetchResult<V>>>;
  /** For an intent that makes an object with our tags: which, so that one made by another installation on the same database is taken over instead. */
  makes?(intent: ProviderIntent): { readonly kind: ProviderObjectKind; readonly ownId: string };
  /** The consequences, in the transaction that stores the outcome. Called for every outcome, `unknown` included. */
  apply(tx: Transaction, intent: ProviderIntent, outcome: ProviderOutcome<V>): Promise<void>;
  /** The provider's id in a value, kept on the row. */
  objectId?(value: V): string;
}

@Injectable()
export class IntentHandlers {
  readonly #handlers = new Map<string, IntentHandler>();

  register<V>(kind: string, handler: IntentHandler<V>): void {
    if (this.#handlers.has(kind)) throw new Error(`Two handlers are registered for provider intents of kind '${kind}'.`);
    this.#handlers.set(kind, handler as IntentHandler);
  }

  get(kind: string): IntentHandler {
    const handler = this.#handlers.get(kind);
    if (!handler) throw new Error(`No handler is registered for provider intents of kind '${kind}'. Import the module of the feature that plans it.`);
    return handler;
  }
}
