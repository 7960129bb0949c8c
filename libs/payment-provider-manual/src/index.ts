export { ManualPaymentProviderModule } from './manual-payment-provider.module.js';
export { ManualPaymentProvider } from './manual-payment-provider.js';
