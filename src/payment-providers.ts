import type { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { StripePaymentProviderModule } from '@tollkeeper/payment-provider-stripe';
import type { Settings } from './settings.js';

/** THE registration file: one line per payment provider. Nothing else in `src` names one. */
export const paymentProviders: DynamicModule[] = [
  StripePaymentProviderModule.registerAsync({ inject: [ConfigService], useFactory: (settings: ConfigService<Settings, true>) => ({ ...settings.get('stripe') }) }),
];
