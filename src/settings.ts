import type { StripeProviderOptions } from '@tollkeeper/payment-provider-stripe';

/** What the composition root hands to modules that are configured by the process: Nest's ConfigService carries it. */
export interface Settings {
  readonly stripe: StripeProviderOptions;
}
