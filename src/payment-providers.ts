import type { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ManualPaymentProviderModule } from '@tollkeeper/payment-provider-manual';
import { StripePaymentProviderModule, type StripeProviderOptions } from '@tollkeeper/payment-provider-stripe';

/** What the process configures of its providers; Nest's ConfigService carries it. A provider may do without. */
export interface Settings {
  readonly stripe: StripeProviderOptions;
}

/** THE registration file: one line per payment provider. Nothing else in `src` imports one. */
export const paymentProviders: DynamicModule[] = [
  StripePaymentProviderModule.registerAsync({ inject: [ConfigService], useFactory: (settings: ConfigService<Settings, true>) => ({ ...settings.get('stripe') }) }),
  ManualPaymentProviderModule.register(),
];
