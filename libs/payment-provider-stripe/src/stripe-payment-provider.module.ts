import { ConfigurableModuleBuilder, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { PaymentProviderModule, PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import type { StripeProviderOptions } from './stripe-config.js';
import { StripePaymentProvider } from './stripe-payment-provider.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<StripeProviderOptions>({ moduleName: 'StripePaymentProvider' }).build();

/**
 * Puts Stripe into the registry: `StripePaymentProviderModule.register(options)`, or `registerAsync({ imports, inject, useFactory })`
 * where the options come from a configuration service. Needs nothing but the port, so it works in any Nest application.
 */
@Module({
  imports: [PaymentProviderModule],
  providers: [
    {
      provide: StripePaymentProvider,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: StripeProviderOptions) => new StripePaymentProvider(options),
    },
  ],
  exports: [StripePaymentProvider],
})
export class StripePaymentProviderModule extends ConfigurableModuleClass implements OnModuleInit {
  readonly #registry: PaymentProviderRegistry;
  readonly #provider: StripePaymentProvider;

  constructor(@Inject(PaymentProviderRegistry) registry: PaymentProviderRegistry, @Inject(StripePaymentProvider) provider: StripePaymentProvider) {
    super();
    this.#registry = registry;
    this.#provider = provider;
  }

  onModuleInit(): void {
    this.#registry.register(this.#provider);
  }
}
