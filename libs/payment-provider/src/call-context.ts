import type { Secret } from '@tollkeeper/kernel';

/** One connection's credentials, decrypted for the length of a call. The provider keeps nothing of it between calls. */
export interface ProviderCredentials {
  readonly connectionId: string;
  /** Configuration fields by name; secret fields are wrapped. */
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly settings: Readonly<Record<string, string>>;
}

export interface CallContext {
  readonly credentials: ProviderCredentials;
  /** From the intent row; every business write carries one. Reads have none. */
  readonly idempotencyKey?: string;
  /** How long this operation may take in all, counted from its start, follow-up reads included. Beyond it the outcome is `unknown`. */
  readonly deadlineInMillis: number;
  /**
   * To be awaited before each request to the provider, several of which may make one operation; `endpoint` is the provider's own name
   * of what it limits by itself (a method and a route). Rejects with RequestNotSentError when there is no room for another request in time:
   * then nothing is sent, and the outcome is `unknown` with the cause `rate_limited`.
   */
  readonly beforeRequest?: (endpoint: string) => Promise<void>;
  /** Aborting makes the outcome `unknown`, not `failed`: the request may be on its way already. */
  readonly signal?: AbortSignal;
}
