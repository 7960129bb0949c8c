import { createHmac } from 'node:crypto';
import { Secret } from '@tollkeeper/kernel';
import type { ProviderCredentials } from '../call-context.js';
import type { PaymentProvider } from '../payment-provider.js';
import type { CustomerBehaviour, ProviderContractHarness } from './contract-harness.js';
import { ToyBank } from './toy-bank.js';
import { ToyPaymentProvider } from './toy-payment-provider.js';

/** What the author of the toy provider supplies: the bank plays the provider's test mode, its trouble the network's. */
export function toyContractHarness(bank = new ToyBank('toy_test_topsecret'), provider: PaymentProvider = new ToyPaymentProvider(bank)): ProviderContractHarness {
  return {
    provider,
    mode: 'test',
    credentials: credentials(bank.apiKey),
    rejectedCredentials: credentials('toy_test_othersecret'),
    malformedCredentials: credentials('malformedsecret'),
    currency: 'EUR',
    behaviours: ['pays', 'declines', 'requires_authentication', 'has_no_method', 'disputes', 'inquires'],
    newCustomer: (behaviour: CustomerBehaviour) => {
      const id = bank.newId('toycus');
      bank.customers.set(id, { id, name: 'Ada', email: null, tags: { instance: 'other', account: 'other', id }, createdAtInMillis: Date.now() });
      bank.behaviours.set(id, behaviour);
      return Promise.resolve(id);
    },
    webhook: {
      rawBody: Buffer.from(JSON.stringify({ id: 'evt_1', type: 'invoice.paid', at: Date.UTC(2026, 0, 1), invoice: 'toyinv_1' })),
      sign: ({ rawBody, secret, timeInMillis }) => ({
        'toy-signature': `${timeInMillis}.${createHmac('sha256', secret).update(`${timeInMillis}.`).update(rawBody).digest('hex')}`,
      }),
    },
    payOut: () => {
      bank.payDays.push(Date.now());
      return Promise.resolve();
    },
    trouble: {
      kinds: ['unreachable', 'silence', 'half_answer', 'server_error', 'rate_limited', 'lost_answer'],
      start: (kind) => {
        bank.trouble = kind;
        return Promise.resolve();
      },
      stop: () => {
        bank.trouble = null;
        return Promise.resolve();
      },
    },
    stop: () => Promise.resolve(),
  };
}

function credentials(apiKey: string): ProviderCredentials {
  return { connectionId: 'con_toy', secrets: { apiKey: new Secret(apiKey) }, settings: {} };
}
