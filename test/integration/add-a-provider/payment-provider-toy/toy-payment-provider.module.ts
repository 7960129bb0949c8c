import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { PaymentProviderModule, PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { ToyBank, ToyPaymentProvider } from '@tollkeeper/payment-provider/testing';

/** Puts the toy provider into the registry. What a provider's own folder has to export, and all of it. */
@Module({ imports: [PaymentProviderModule] })
export class ToyPaymentProviderModule implements OnModuleInit {
  readonly #registry: PaymentProviderRegistry;
  readonly #bank: ToyBank;

  constructor(@Inject(PaymentProviderRegistry) registry: PaymentProviderRegistry, @Inject(ToyBank) bank: ToyBank) {
    this.#registry = registry;
    this.#bank = bank;
  }

  static register(): DynamicModule {
    return { module: ToyPaymentProviderModule, providers: [{ provide: ToyBank, useFactory: () => new ToyBank('toy_test_added') }] };
  }

  onModuleInit(): void {
    this.#registry.register(new ToyPaymentProvider(this.#bank));
  }
}
