export { ToyPaymentProviderModule } from './toy-payment-provider.module.js';
