import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { PaymentProviderModule, PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { StripePaymentProvider } from './stripe-payment-provider.js';
import { StripePaymentProviderModule } from './stripe-payment-provider.module.js';

@Injectable()
class ForeignSettings {
  readonly stripeBase = 'http://127.0.0.1:12111';
}

@Module({ providers: [ForeignSettings], exports: [ForeignSettings] })
class ForeignSettingsModule {}

describe('the Stripe module in any Nest application', () => {
  it('registers itself with the port and nothing else around it', async () => {
    const app = await Test.createTestingModule({ imports: [PaymentProviderModule, StripePaymentProviderModule.register({})] }).compile();
    await app.init();
    expect(app.get(PaymentProviderRegistry).get('stripe')).toBe(app.get(StripePaymentProvider, { strict: false }));
    await app.close();
  });

  it('takes its options from another module’s service', async () => {
    const registration = StripePaymentProviderModule.registerAsync({
      imports: [ForeignSettingsModule],
      inject: [ForeignSettings],
      useFactory: (settings: ForeignSettings) => ({ sandboxBase: settings.stripeBase }),
    });
    const app = await Test.createTestingModule({ imports: [PaymentProviderModule, registration] }).compile();
    await app.init();
    expect(app.get(PaymentProviderRegistry).names()).toEqual(['STRIPE']);
    await app.close();
  });

  it('stops the boot for a base that would send keys in the clear', async () => {
    const building = Test.createTestingModule({ imports: [StripePaymentProviderModule.register({ apiBase: 'http://stripe.internal' })] }).compile();
    await expect(building).rejects.toThrow(/plain HTTP to another machine/);
  });

  it('stops the boot when it is imported twice with different options', async () => {
    const app = await Test.createTestingModule({
      imports: [StripePaymentProviderModule.register({}), StripePaymentProviderModule.register({ timeoutInMillis: 1_000 })],
    }).compile();
    await expect(app.init()).rejects.toThrow(/Two payment providers are registered under the name 'STRIPE'/);
  });
});
