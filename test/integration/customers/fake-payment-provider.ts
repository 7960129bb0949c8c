import { randomBytes } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { Secret } from '@tollkeeper/kernel';
import {
  PaymentProviderModule,
  PaymentProviderRegistry,
  succeeded,
  type CallContext,
  type ConnectionCheck,
  type CustomerOperations,
  type FetchedObjects,
  type FetchResult,
  type ObjectReference,
  type PaymentMethodOperations,
  type PaymentProvider,
  type ProviderCredentials,
  type ProviderDescription,
  type ProviderObjectKind,
  type ProviderOutcome,
  type ProviderPaymentMethod,
  type WebhookOperations,
} from '@tollkeeper/payment-provider';
import type { FakeCustomer, FakeProviderWorld } from './fake-provider-world.js';

/** A provider in this process: Stripe's name and ids, none of its network. */
export class FakePaymentProvider implements PaymentProvider {
  readonly customers: CustomerOperations;
  readonly paymentMethods: PaymentMethodOperations;
  readonly webhooks: WebhookOperations;
  readonly testHelpers = {
    testCards: () => ['pm_card_visa', 'pm_card_mastercard'],
    advanceClock: ({ timeInMillis }: { timeInMillis: number }) => Promise.resolve(succeeded({ timeInMillis })),
  };

  constructor(readonly world: FakeProviderWorld) {
    this.customers = fakeCustomers(world);
    this.paymentMethods = fakeMethods(world);
    this.webhooks = fakeWebhooks(world);
  }

  describe(): ProviderDescription {
    return {
      name: 'STRIPE',
      displayName: 'Stripe',
      customerTrait: 'stripeId',
      capabilities: { customers: true, paymentMethods: true, invoices: false, collection: false, charges: false, providerRetries: false, automaticTax: false, customerTaxes: false, refunds: false, creditNotes: false, disputes: false, webhooks: true, webhookSelfRegistration: true, eventList: false, listing: false, payouts: false, testHelpers: true },
      configuration: [
        { name: 'secretKey', label: 'Secret key', description: 'The API key', type: 'string', secret: true, required: true, pattern: '^sk_(test|live)_' },
        { name: 'webhookSecret', label: 'Webhook secret', description: 'Of an endpoint made by hand', type: 'string', secret: true, required: false },
        { name: 'region', label: 'Region', description: 'Where the account is', type: 'enum', secret: false, required: false, values: ['eu', 'us'] },
      ],
      currencies: [{ currency: 'USD', exponent: 2, step: 1n, minimum: 50n, maximum: 99_999_999n }],
      apiVersion: '2026-01-01',
      maximumWebhookDelayInMillis: 60_000,
      maximumInvoiceLines: 250,
    };
  }

  validateConfiguration({ secrets }: ProviderCredentials, mode: 'test' | 'live'): { field: string; message: string }[] {
    const key = secrets['secretKey']?.reveal() ?? '';
    return key.startsWith(`sk_${mode}_`) ? [] : [{ field: 'secretKey', message: `This is not a ${mode} key, but the account is a ${mode} account.` }];
  }

  testConnection(context: CallContext): Promise<ProviderOutcome<ConnectionCheck>> {
    return this.world.read('testConnection', context, () => {
      const { providerAccountId, mode } = this.world.accountOf(context);
      return succeeded({ providerAccountId, mode, displayName: 'A shop', missingPermissions: this.world.missingPermissions });
    });
  }

  fetch<K extends ProviderObjectKind>(kind: K, reference: ObjectReference, context: CallContext): Promise<ProviderOutcome<FetchResult<FetchedObjects[K]>>> {
    if (kind !== 'customer') throw new Error(`The fake knows no ${kind}.`);
    return this.world.read('fetch', context, () => {
      const { providerAccountId, mode } = this.world.accountOf(context);
      const seen = [...this.world.customers.values()].filter((customer) => customer.providerAccountId === providerAccountId && customer.mode === mode);
      const found =
        'providerId' in reference
          ? seen.find(({ id }) => id === reference.providerId)
          : seen.find(({ tags, createTimeInMillis, deleted }) => tags.id === reference.tags.id && createTimeInMillis >= reference.createdAfterInMillis && !deleted);
      return succeeded((found ? { found: true, value: snapshot(found) } : { found: false }) as FetchResult<FetchedObjects[K]>);
    });
  }

  looksLikeCustomerId(id: string): boolean {
    return /^cus_[A-Za-z0-9]+$/.test(id);
  }
}

/** A provider without customers of its own: bank transfers and the like. */
export class FakeManualProvider implements PaymentProvider {
  describe(): ProviderDescription {
    return {
      name: 'MANUAL',
      displayName: 'Bank transfer',
      customerTrait: null,
      capabilities: { customers: false, paymentMethods: false, invoices: false, collection: false, charges: false, providerRetries: false, automaticTax: false, customerTaxes: false, refunds: false, creditNotes: false, disputes: false, webhooks: false, webhookSelfRegistration: false, eventList: false, listing: false, payouts: false, testHelpers: false },
      configuration: [],
      currencies: [],
      apiVersion: null,
      maximumWebhookDelayInMillis: 0,
      maximumInvoiceLines: 250,
    };
  }

  validateConfiguration(): [] {
    return [];
  }

  testConnection(): Promise<ProviderOutcome<ConnectionCheck>> {
    return Promise.resolve(succeeded({ providerAccountId: 'bank', mode: 'test', displayName: null, missingPermissions: [] }));
  }

  fetch(): Promise<ProviderOutcome<{ found: false }>> {
    return Promise.resolve(succeeded({ found: false }));
  }

  looksLikeCustomerId(): boolean {
    return false;
  }
}

/** Registers both, the way a provider's own module does. */
export function fakeProvidersModule(world: FakeProviderWorld): DynamicModule {
  @Module({ imports: [PaymentProviderModule] })
  class FakeProvidersModule {
    constructor(registry: PaymentProviderRegistry) {
      registry.register(new FakePaymentProvider(world));
      registry.register(new FakeManualProvider());
    }
  }
  return { module: FakeProvidersModule };
}

function fakeCustomers(world: FakeProviderWorld): CustomerOperations {
  return {
    create: ({ tags, name, email }, context) =>
      world.write('customers.create', context, () => snapshot(world.addCustomer({ ...world.accountOf(context), tags, name, email }))),
    update: ({ providerCustomerId, name, email }, context) =>
      world.write('customers.update', context, () => {
        const customer = existing(world, providerCustomerId);
        customer.name = name;
        customer.email = email;
        return snapshot(customer);
      }),
  };
}

function fakeMethods(world: FakeProviderWorld): PaymentMethodOperations {
  return {
    beginSetup: ({ mode, returnUrl }, context) =>
      world.write('paymentMethods.beginSetup', context, () =>
        mode === 'hosted_page'
          ? { id: 'cs_1', url: `https://pay.example/cs_1?return=${encodeURIComponent(returnUrl)}`, clientSecret: null }
          : { id: 'seti_1', url: null, clientSecret: new Secret('seti_1_secret_hidden') },
      ),
    list: ({ providerCustomerId }, context) =>
      world.read('paymentMethods.list', context, () => succeeded(existing(world, providerCustomerId).methods.map((id) => method(existing(world, providerCustomerId), id)))),
    attach: async ({ providerCustomerId, paymentMethodId }, context) => {
      if (!paymentMethodId.startsWith('pm_')) return { outcome: 'failed', code: 'not_found', providerCode: 'resource_missing', message: 'No such PaymentMethod.' };
      return world.write('paymentMethods.attach', context, () => {
        const customer = existing(world, providerCustomerId);
        const id = paymentMethodId.startsWith('pm_card_') ? `pm_${randomBytes(6).toString('hex')}` : paymentMethodId;
        customer.methods.push(id);
        customer.defaultMethodId ??= id;
        return method(customer, id);
      });
    },
    setDefault: ({ providerCustomerId, paymentMethodId }, context) =>
      world.write('paymentMethods.setDefault', context, () => {
        const customer = existing(world, providerCustomerId);
        customer.defaultMethodId = paymentMethodId;
        return method(customer, paymentMethodId);
      }),
    detach: ({ providerCustomerId, paymentMethodId }, context) =>
      world.write('paymentMethods.detach', context, () => {
        const customer = existing(world, providerCustomerId);
        customer.methods = customer.methods.filter((id) => id !== paymentMethodId);
        if (customer.defaultMethodId === paymentMethodId) customer.defaultMethodId = null;
        return method(customer, paymentMethodId);
      }),
  };
}

function fakeWebhooks(world: FakeProviderWorld): WebhookOperations {
  return {
    verify: () => ({ matchedSecret: 0 }),
    parse: () => {
      throw new Error('The fake sends no webhooks.');
    },
    eventTypes: () => ['invoice.paid', 'customer.deleted'],
    register: ({ url }, context) =>
      world.write('webhooks.register', context, () => {
        const id = `we_${randomBytes(6).toString('hex')}`;
        const secret = `whsec_${randomBytes(8).toString('hex')}`;
        world.webhooks.set(id, { url, secret });
        return { id, url, events: ['invoice.paid', 'customer.deleted'], signingSecret: new Secret(secret) };
      }),
    unregister: ({ webhookId }, context) =>
      world.write('webhooks.unregister', context, () => {
        world.webhooks.delete(webhookId);
        return { id: webhookId };
      }),
  };
}

function existing(world: FakeProviderWorld, id: string): FakeCustomer {
  const customer = world.customers.get(id);
  if (!customer) throw new Error(`The fake has no customer ${id}.`);
  return customer;
}

function method(customer: FakeCustomer, id: string): ProviderPaymentMethod {
  return { id, type: 'card', isDefault: customer.defaultMethodId === id, card: { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034 } };
}

function snapshot({ id, name, email, tags, deleted, defaultMethodId }: FakeCustomer): FetchedObjects['customer'] {
  return { id, name, email, tags, deleted, defaultPaymentMethodId: defaultMethodId };
}
