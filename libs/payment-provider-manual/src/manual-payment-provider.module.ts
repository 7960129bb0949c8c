import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { PaymentProviderModule, PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { ManualPaymentProvider } from './manual-payment-provider.js';

/** Puts manual payment into the registry. */
@Module({ imports: [PaymentProviderModule] })
export class ManualPaymentProviderModule implements OnModuleInit {
  readonly #registry: PaymentProviderRegistry;

  constructor(@Inject(PaymentProviderRegistry) registry: PaymentProviderRegistry) {
    this.#registry = registry;
  }

  static register(): DynamicModule {
    return { module: ManualPaymentProviderModule };
  }

  onModuleInit(): void {
    this.#registry.register(new ManualPaymentProvider());
  }
}
