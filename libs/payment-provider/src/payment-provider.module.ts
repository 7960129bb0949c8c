import { Module } from '@nestjs/common';
import { PaymentProviderRegistry } from './payment-provider-registry.js';

/** Holds the one registry; features and provider modules both import it. */
@Module({ providers: [PaymentProviderRegistry], exports: [PaymentProviderRegistry] })
export class PaymentProviderModule {}
