import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { Secret } from '@tollkeeper/kernel';
import { StripePaymentProviderModule } from '@tollkeeper/payment-provider-stripe';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { AccountClockService } from '../../../src/accounts/index.js';
import { WorkerLoops } from '../../../src/platform/index.js';
import { runChild } from '../../support/run-child.js';
import { StripeAccount } from '../../support/stripe-account.js';
import { eventually, sandboxKey } from '../../support/test-application.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { ForeignBilling, ForeignBillingModule, ForeignCatalog } from './foreign-billing.js';

const DAY_IN_MILLIS = 86_400_000;

describe('A foreign Nest application with our customers, ingestion and invoices, without our HTTP shell', () => {
  let sandbox: StripeSandbox;
  let database: TestDatabase;
  let foreign: INestApplicationContext;

  beforeAll(async () => {
    sandbox = await startStripeSandbox();
    database = await createTestDatabase();
    const options = { databaseUrl: database.url, poolSize: 4, encryptionKey: new Secret('foreign-encryption-key-0123456789-abc'), instanceId: 'foreign' };
    foreign = await NestFactory.createApplicationContext(ForeignBillingModule.with(options, StripePaymentProviderModule.register({ sandboxBase: sandbox.url })), { logger: false });
    // Background work is the application's to start: another of its processes may do it.
    foreign.get(WorkerLoops).start();
  });

  afterAll(async () => {
    await foreign.close();
    await database.drop();
    await sandbox.close();
  });

  it('meters, previews, locks and collects through the exported services', async () => {
    const stripe = new StripeAccount(sandbox, sandboxKey());
    const billing = foreign.get(ForeignBilling);
    const { id: accountId } = await billing.openAccount(stripe.key);
    await foreign.get(ForeignCatalog).fill(accountId);

    const { customer } = await billing.enrol(accountId, 'acme');
    const [atStripe] = await stripe.list('customers');
    expect(customer.traits).toEqual({ paymentProviderName: 'STRIPE', stripeId: atStripe!.id });
    await giveCard(stripe, atStripe!.id);

    const now = await foreign.get(AccountClockService).now(accountId);
    await billing.used(accountId, 'acme', '12.5', now);
    const preview = await billing.invoice(accountId, 'acme');
    expect(preview).toMatchObject({ invoice: { priceStatus: 'open', paymentStatus: 'pre_payment' }, preview: { total: 750n } });

    await foreign.get(AccountClockService).moveTo(accountId, now + 33 * DAY_IN_MILLIS);
    const paid = await eventually('the settled invoice', async () => (await billing.invoice(accountId, 'acme')).invoice.paymentStatus, (status) => status === 'settled').then(() => billing.invoice(accountId, 'acme'));
    expect(paid).toMatchObject({ preview: null, invoice: { priceStatus: 'price_locked', total: 750n, amountPaid: 750n, providerName: 'STRIPE', providerCustomerId: atStripe!.id } });
    expect(paid.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['fee', 500n],
      ['usage', 250n],
    ]);
    expect(await stripe.list('charges')).toMatchObject([{ customer: atStripe!.id, amount: 750, currency: 'eur', paid: true }]);
    expect(await stripe.list('invoices')).toMatchObject([{ metadata: { tollkeeper_instance: 'foreign', tollkeeper_account: accountId, tollkeeper_id: paid.invoice.id } }]);
  });

  it('brings no routes of ours with it', () => {
    const controllers = [...foreign.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()].map(({ name }) => name));
    expect(controllers).toEqual([]);
  });

  it('runs where Fastify is not installed', async () => {
    const folder = new URL('.', import.meta.url).href;
    const child = runChild(`
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve: (specifier, context, next) => {
          if (/^(fastify|@fastify\\/.*|@nestjs\\/platform-fastify)$/.test(specifier)) throw new Error('not installed: ' + specifier);
          return next(specifier, context);
        },
      });
      await import('reflect-metadata');
      const { NestFactory } = await import('@nestjs/core');
      const { Secret } = await import('@tollkeeper/kernel');
      const { StripePaymentProviderModule } = await import('@tollkeeper/payment-provider-stripe');
      const { ForeignBilling, ForeignBillingModule } = await import('${folder}foreign-billing.ts');
      const options = { databaseUrl: '${database.url}', encryptionKey: new Secret('x'.repeat(32)), instanceId: 'foreign' };
      const foreign = await NestFactory.createApplicationContext(ForeignBillingModule.with(options, StripePaymentProviderModule.register({})), { logger: false, abortOnError: false });
      console.log(typeof foreign.get(ForeignBilling).enrol);
      await foreign.close();
    `);
    expect(await child.nextLine()).toBe('function');
  });
});

/** What the customer does on a page of the application's own. */
async function giveCard(stripe: StripeAccount, providerCustomerId: string): Promise<void> {
  const method = await stripe.call('POST', '/v1/payment_methods/pm_card_visa/attach', { customer: providerCustomerId });
  await stripe.call('POST', `/v1/customers/${providerCustomerId}`, { 'invoice_settings[default_payment_method]': method.id });
}
