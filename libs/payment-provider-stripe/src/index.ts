export { STRIPE_API_VERSION } from './stripe-client.factory.js';
export type { StripeProviderOptions } from './stripe-config.js';
export { StripePaymentProvider } from './stripe-payment-provider.js';
export { StripePaymentProviderModule } from './stripe-payment-provider.module.js';
