import { CURRENCY_CODES } from '@tollkeeper/kernel';
import type { PaymentProvider } from '../payment-provider.js';
import type { ConfigurationField, ProviderCapabilities, ProviderCurrency } from '../provider-description.js';

/** The functions behind each capability. Those marked `?` in the port belong to a capability of their own. */
const OPERATIONS = {
  customers: ['create', 'update'],
  paymentMethods: ['beginSetup', 'list', 'attach', 'setDefault', 'detach'],
  invoices: ['createDraft', 'addLines', 'listLines', 'finalize', 'send', 'pay', 'markUncollectible', 'void', 'markPaidElsewhere', 'deleteDraft'],
  collection: ['begin'],
  charges: [],
  providerRetries: ['letProviderCollect'],
  automaticTax: [],
  customerTaxes: ['set', 'read'],
  refunds: ['create', 'list'],
  creditNotes: ['create', 'void', 'list'],
  disputes: ['list', 'accept'],
  webhooks: ['verify', 'parse', 'eventTypes'],
  webhookSelfRegistration: ['register', 'unregister'],
  eventList: ['lists', 'read'],
  payouts: ['listMovements', 'listPayouts', 'listMovementsOf'],
  listing: ['read'],
  testHelpers: ['advanceClock', 'testCards'],
} as const satisfies Record<keyof ProviderCapabilities, readonly string[]>;

const WAYS_TO_COLLECT = ['invoices', 'collection', 'charges'] as const;

const GROUP_OF: Partial<Record<keyof ProviderCapabilities, string>> = { providerRetries: 'invoices', webhookSelfRegistration: 'webhooks' };

/** What makes a provider's description untrue or unusable, in words; empty for a coherent one. */
export function descriptionFaults(provider: PaymentProvider): string[] {
  const description = provider.describe();
  return [
    ...(/^[A-Z][A-Z0-9_]*$/.test(description.name) ? [] : [`The name '${description.name}' must be upper case: it is the value of a trait.`]),
    ...(description.displayName.trim() === '' ? ['The display name is empty.'] : []),
    ...(description.capabilities.customers === (description.customerTrait !== null) ? [] : ['A customer trait is named exactly when the capability customers is declared.']),
    ...(description.maximumInvoiceLines >= 1 ? [] : ['maximumInvoiceLines must be at least 1.']),
    ...(description.maximumWebhookDelayInMillis > 0 ? [] : ['maximumWebhookDelayInMillis must be positive.']),
    ...(WAYS_TO_COLLECT.some((way) => description.capabilities[way]) ? [] : [`It cannot collect: one of the capabilities ${WAYS_TO_COLLECT.join(', ')} is needed.`]),
    ...capabilityFaults(provider),
    ...configurationFaults(description.configuration),
    ...currencyFaults(description.currencies),
  ];
}

function capabilityFaults(provider: PaymentProvider): string[] {
  const { capabilities } = provider.describe();
  const names = Object.keys(OPERATIONS) as (keyof ProviderCapabilities)[];
  return names.flatMap((capability) => {
    const group = groupOf(provider, GROUP_OF[capability] ?? capability);
    const present = OPERATIONS[capability].filter((operation) => typeof group?.[operation] === 'function');
    const missing = OPERATIONS[capability].filter((operation) => typeof group?.[operation] !== 'function');
    if (capabilities[capability]) {
      if (capability === 'automaticTax') return capabilities.invoices ? [] : ['The capability automaticTax is declared without invoices.'];
      if (OPERATIONS[capability].length === 0) return [`The capability ${capability} is declared, but the port has no operations for it yet.`];
      return missing.map((operation) => `The capability ${capability} is declared, but ${operation}() is missing.`);
    }
    return present.map((operation) => `${operation}() is implemented, but the capability ${capability} is not declared, so nobody will call it.`);
  });
}

function groupOf(provider: PaymentProvider, name: string): Readonly<Record<string, unknown>> | undefined {
  return (provider as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[name];
}

function configurationFaults(fields: readonly ConfigurationField[]): string[] {
  return fields.flatMap((field, index) => [
    ...(fields.findIndex(({ name }) => name === field.name) === index ? [] : [`The configuration field '${field.name}' is listed twice.`]),
    ...(field.label.trim() && field.description.trim() ? [] : [`The configuration field '${field.name}' needs a label and a description: the console draws its form from them.`]),
    ...((field.type === 'enum') === (field.values !== undefined && field.values.length > 0) ? [] : [`The configuration field '${field.name}' must list values exactly when it is an enum.`]),
    ...(field.pattern === undefined || isPattern(field.pattern) ? [] : [`The pattern of '${field.name}' is no regular expression.`]),
  ]);
}

function currencyFaults(currencies: readonly ProviderCurrency[]): string[] {
  if (currencies.length === 0) return ['No currency is supported.'];
  return currencies.flatMap(({ currency, exponent, step, minimum, maximum }, index) => [
    ...(CURRENCY_CODES.includes(currency) ? [] : [`'${currency}' is no ISO 4217 currency in use.`]),
    ...(currencies.findIndex((other) => other.currency === currency) === index ? [] : [`${currency} is listed twice.`]),
    ...(Number.isInteger(exponent) && exponent >= 0 ? [] : [`${currency} needs a whole number of decimal places.`]),
    ...(step >= 1n && minimum >= 1n && minimum <= maximum && minimum % step === 0n ? [] : [`${currency} needs 1 ≤ step, 1 ≤ minimum ≤ maximum, and a minimum in whole steps.`]),
  ]);
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
