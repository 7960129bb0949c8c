import { describe, expect, it } from '@jest/globals';
import type { PaymentProvider } from '../payment-provider.js';
import type { ProviderDescription } from '../provider-description.js';
import { descriptionFaults } from './description-faults.js';
import { outcomeFaults } from './outcome-faults.js';
import { paymentProviderContract } from './payment-provider-contract.js';
import { toyContractHarness } from './toy-contract-harness.js';
import { ToyPaymentProvider } from './toy-payment-provider.js';

paymentProviderContract('The toy provider', toyContractHarness());

describe('the contract notices', () => {
  function described(change: (description: ProviderDescription) => Partial<ProviderDescription>, more: Partial<PaymentProvider> = {}): string[] {
    const provider = new ToyPaymentProvider();
    const description = { ...provider.describe(), ...change(provider.describe()) };
    provider.describe = () => description;
    return descriptionFaults(Object.assign(provider, more));
  }

  it.each<[string, string, string[]]>([
    [
      'a capability without its operations',
      'The capability eventList is declared, but read() is missing.',
      described(({ capabilities }) => ({ capabilities: { ...capabilities, eventList: true } })),
    ],
    [
      'operations without their capability',
      'createDraft() is implemented, but the capability invoices is not declared, so nobody will call it.',
      described(({ capabilities }) => ({ capabilities: { ...capabilities, invoices: false } })),
    ],
    [
      'nothing it could collect with',
      'It cannot collect: one of the capabilities invoices, collection, charges is needed.',
      described(({ capabilities }) => ({ capabilities: { ...capabilities, invoices: false } })),
    ],
    [
      'one operation missing of a group',
      'The capability customers is declared, but update() is missing.',
      described(() => ({}), { customers: { create: () => Promise.reject(new Error()) } as unknown as NonNullable<PaymentProvider['customers']> }),
    ],
    [
      'a capability the port has no operations for',
      'The capability charges is declared, but the port has no operations for it yet.',
      described(({ capabilities }) => ({ capabilities: { ...capabilities, charges: true } })),
    ],
    [
      'self-registration without register()',
      'The capability webhookSelfRegistration is declared, but register() is missing.',
      described(({ capabilities }) => ({ capabilities: { ...capabilities, webhookSelfRegistration: true } })),
    ],
    ['a name that is no trait value', "The name 'Toy' must be upper case: it is the value of a trait.", described(() => ({ name: 'Toy' }))],
    ['customers without a trait', 'A customer trait is named exactly when the capability customers is declared.', described(() => ({ customerTrait: null }))],
    ['a currency of its own', "'TOY' is no ISO 4217 currency in use.", described(() => ({ currencies: [{ currency: 'TOY', exponent: 2, step: 1n, minimum: 1n, maximum: 9n }] }))],
    [
      'a minimum between two steps',
      'KWD needs 1 ≤ step, 1 ≤ minimum ≤ maximum, and a minimum in whole steps.',
      described(() => ({ currencies: [{ currency: 'KWD', exponent: 3, step: 10n, minimum: 155n, maximum: 9_999n }] })),
    ],
    [
      'a configuration field the console cannot draw',
      "The configuration field 'mode' must list values exactly when it is an enum.",
      described(() => ({ configuration: [{ name: 'mode', label: 'Mode', description: 'The mode', type: 'enum', secret: false, required: true }] })),
    ],
  ])('%s', (_name, fault, found) => {
    expect(found).toContain(fault);
  });

  it.each<[string, unknown, boolean]>([
    ['success', { outcome: 'succeeded', value: 1 }, true],
    ['success without a value', { outcome: 'succeeded' }, false],
    ['a failure of the union', { outcome: 'failed', code: 'declined', providerCode: null, message: 'No.' }, true],
    ['a failure with a code of its own', { outcome: 'failed', code: 'card_declined', providerCode: null, message: 'No.' }, false],
    ['a failure without a sentence', { outcome: 'failed', code: 'declined', providerCode: null, message: ' ' }, false],
    ['an unknown of the union', { outcome: 'unknown', cause: 'timeout', sent: true, message: 'Silence.' }, true],
    ['an unknown that does not say whether it was sent', { outcome: 'unknown', cause: 'timeout', message: 'Silence.' }, false],
    ['a reason of its own', { outcome: 'requires_action', reason: 'call_us', message: 'Call.' }, false],
    ['an outcome of its own', { outcome: 'retry' }, false],
    ['nothing', undefined, false],
  ])('the form of %s', (_name, outcome, isFine) => {
    expect(outcomeFaults(outcome).length === 0).toBe(isFine);
  });
});
