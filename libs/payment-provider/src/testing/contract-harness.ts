import type { ProviderCredentials } from '../call-context.js';
import type { PaymentProvider } from '../payment-provider.js';

/** How a customer's payments go; `disputes` and `inquires`: they succeed, and the bank takes them back or asks about them at once. */
export type CustomerBehaviour = 'pays' | 'declines' | 'requires_authentication' | 'has_no_method' | 'disputes' | 'inquires';

/**
 * What can go wrong between us and the provider. `lost_answer`: the work is done and the answer never arrives; all others but
 * `half_answer` and `silence` stop before the work.
 */
export type NetworkTrouble = 'unreachable' | 'silence' | 'half_answer' | 'server_error' | 'rate_limited' | 'lost_answer';

/** What a provider's author supplies so that the contract can be checked against a running test mode or stand-in. */
export interface ProviderContractHarness {
  readonly provider: PaymentProvider;
  readonly mode: 'test' | 'live';
  readonly credentials: ProviderCredentials;
  /** Of the right shape and mode, but the provider answers 401. Not used where no field is secret. */
  readonly rejectedCredentials: ProviderCredentials;
  /** Refused by `validateConfiguration` already. */
  readonly malformedCredentials: ProviderCredentials;
  /** A supported currency with an ordinary minimum; amounts of 10.00 and more are used. */
  readonly currency: string;
  /** The behaviours `newCustomer` can make; at least `pays`. */
  readonly behaviours: readonly CustomerBehaviour[];
  /** With the capability `customers` or `invoices`. A new customer at the provider, with a default method as the behaviour asks. Answers the provider's customer id. */
  newCustomer(behaviour: CustomerBehaviour): Promise<string>;
  /** With the capability `paymentMethods`: names or ids that `attach` takes and that can be charged. */
  readonly attachableMethods?: readonly string[];
  /** With the capability `webhooks`: the provider's own signature over these bytes. */
  readonly webhook?: {
    /** A body as the provider sends it, about some object. */
    readonly rawBody: Buffer;
    sign(input: { rawBody: Buffer; secret: string; timeInMillis: number }): Readonly<Record<string, string>>;
  };
  /** With the capability `payouts`: pays out what was taken so far, as time would. */
  payOut?(): Promise<void>;
  /** All requests from `start` to `stop` meet the trouble. */
  readonly trouble?: {
    readonly kinds: readonly NetworkTrouble[];
    start(kind: NetworkTrouble): Promise<void>;
    stop(): Promise<void>;
  };
  stop(): Promise<void>;
}
