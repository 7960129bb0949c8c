import { describe, expect, it } from '@jest/globals';
import type { CallContext, ProviderCredentials } from '@tollkeeper/payment-provider';
import { paymentProviderContract } from '@tollkeeper/payment-provider/testing';
import { ManualPaymentProvider } from './manual-payment-provider.js';

const settings = { instructions: 'Send {{amount}} {{currency}} to DE00 1234.\n{{#USD}}ABA 021.{{/USD}}Reference: {{reference}}', referenceTemplate: 'RF-{{invoiceNumber}}', daysUntilDue: '14' };
const provider = new ManualPaymentProvider();

function connected(given: Record<string, string>): ProviderCredentials {
  return { connectionId: 'con_manual', secrets: {}, settings: given };
}

// No secret, no customer, no network: nothing can be rejected, declined or lost.
paymentProviderContract('Manual payment', {
  provider,
  mode: 'test',
  credentials: connected(settings),
  rejectedCredentials: connected({}),
  malformedCredentials: connected({ ...settings, instructions: 'Send it to {{iban}}' }),
  currency: 'EUR',
  behaviours: [],
  newCustomer: () => Promise.reject(new Error('There are no customers.')),
  stop: () => Promise.resolve(),
});

describe('Manual payment', () => {
  const context = (given: Record<string, string>): CallContext => ({ credentials: connected(given), idempotencyKey: 'key', deadlineInMillis: 1 });
  const input = { tags: { instance: 'i', account: 'a', id: 'inv_1' }, providerCustomerId: null, invoiceNumber: 'TK-1', customerName: 'Ada' };

  it.each([
    [5n, 'EUR', '0.05'],
    [123_456n, 'EUR', '1234.56'],
    [500n, 'JPY', '500'],
    [1_500n, 'KWD', '1.500'],
  ])('writes %s minor units of %s as %s', async (amount, currency, shown) => {
    expect(await provider.collection.begin({ ...input, amount, currency }, context(settings))).toEqual({
      outcome: 'pending',
      value: { id: 'RF-TK-1', reference: 'RF-TK-1', instructions: `Send ${shown} ${currency} to DE00 1234.\nReference: RF-TK-1`, daysUntilDue: 14 },
    });
  });

  it('takes the invoice number as reference and thirty days where nothing else is said', async () => {
    const outcome = await provider.collection.begin({ ...input, amount: 1n, currency: 'EUR' }, context({ instructions: 'Cash' }));
    expect(outcome).toMatchObject({ value: { reference: 'TK-1', daysUntilDue: 30 } });
  });

  it.each([
    ['a reference without the number', { referenceTemplate: 'invoice' }, 'referenceTemplate'],
    ['no days', { daysUntilDue: '0' }, 'daysUntilDue'],
    ['more than a year', { daysUntilDue: '366' }, 'daysUntilDue'],
    ['half a day', { daysUntilDue: '1.5' }, 'daysUntilDue'],
  ])('refuses %s', (_what, change, field) => {
    expect(provider.validateConfiguration(connected({ ...settings, ...change })).map((finding) => finding.field)).toEqual([field]);
  });
});
