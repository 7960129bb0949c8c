import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Secret } from '@tollkeeper/kernel';
import { PaymentProviderModule, PaymentProviderRegistry, type ProviderCredentials, type ProviderCustomer } from '@tollkeeper/payment-provider';
import { StripePaymentProviderModule } from '@tollkeeper/payment-provider-stripe';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { sandboxKey } from '../../support/test-application.js';
import { StripeAccount } from '../../support/stripe-account.js';

/** Somebody else's service, with credentials that it keeps in its own way and no database of ours. */
@Injectable()
class ShopService {
  constructor(private readonly registry: PaymentProviderRegistry) {}

  async enrol(providerName: string, credentials: ProviderCredentials, name: string): Promise<ProviderCustomer> {
    const customers = this.registry.operations(providerName, 'customers');
    const tags = { instance: 'shop', account: 'main', id: name };
    const outcome = await customers.create({ tags, name, email: null, description: null, address: null }, { credentials, idempotencyKey: `shop-${name}`, deadlineInMillis: 10_000 });
    if (outcome.outcome !== 'succeeded') throw new Error(`Not enrolled: ${outcome.outcome}`);
    return outcome.value;
  }
}

describe('A foreign Nest application with the port and the Stripe provider alone', () => {
  let sandbox: StripeSandbox;
  let shop: INestApplicationContext;

  beforeAll(async () => {
    sandbox = await startStripeSandbox();
    @Module({ imports: [PaymentProviderModule, StripePaymentProviderModule.register({ sandboxBase: sandbox.url })], providers: [ShopService] })
    class ShopModule {}
    shop = await NestFactory.createApplicationContext(ShopModule, { logger: false });
  });

  afterAll(async () => {
    await shop.close();
    await sandbox.close();
  });

  it('finds the provider by name and creates a customer at Stripe, once for each key', async () => {
    const stripe = new StripeAccount(sandbox, sandboxKey());
    const credentials = { connectionId: 'shop', secrets: { secretKey: new Secret(stripe.key) }, settings: {} };
    const [customer, repeated] = [await shop.get(ShopService).enrol('stripe', credentials, 'ada'), await shop.get(ShopService).enrol('STRIPE', credentials, 'ada')];
    expect(repeated).toEqual(customer);
    expect(await stripe.list('customers')).toMatchObject([{ id: customer.id, name: 'ada', metadata: { tollkeeper_instance: 'shop', tollkeeper_account: 'main', tollkeeper_id: 'ada' } }]);
  });

  it('is told which providers there are when it asks for another', () => {
    expect(() => shop.get(PaymentProviderRegistry).get('paypal')).toThrow(/Unknown payment provider 'paypal'.*Known providers: STRIPE/);
  });
});
