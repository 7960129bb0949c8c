import { CURRENCY_CODES, currencyExponent, majorUnits } from '@tollkeeper/kernel';
import {
  AmountNotRepresentableError,
  providerCurrency,
  succeeded,
  type CallContext,
  type CollectionInput,
  type CollectionInstructions,
  type CollectionOperations,
  type ConnectionCheck,
  type FetchedObjects,
  type FetchResult,
  type PaymentProvider,
  type ProviderCredentials,
  type ProviderDescription,
  type ProviderObjectKind,
  type ProviderOutcome,
} from '@tollkeeper/payment-provider';
import { fillTemplate } from './instruction-template.js';
import { MANUAL_CONFIGURATION, manualConfigurationFindings, manualSettings } from './manual-configuration.js';

const DESCRIPTION: ProviderDescription = {
  name: 'MANUAL',
  displayName: 'Manual payment',
  customerTrait: null,
  capabilities: {
    customers: false,
    paymentMethods: false,
    invoices: false,
    collection: true,
    charges: false,
    providerRetries: false,
    automaticTax: false,
    customerTaxes: false,
    refunds: false,
    creditNotes: false,
    disputes: false,
    webhooks: false,
    webhookSelfRegistration: false,
    eventList: false,
    listing: false,
    payouts: false,
    testHelpers: false,
  },
  configuration: MANUAL_CONFIGURATION,
  // A bank transfer of the smallest unit is possible, if not sensible; the upper bound is what an invoice can hold.
  currencies: CURRENCY_CODES.map((currency) => ({ currency, exponent: currencyExponent(currency), step: 1n, minimum: 1n, maximum: 2n ** 63n - 1n })),
  apiVersion: null,
  maximumWebhookDelayInMillis: 1,
  maximumInvoiceLines: 1,
};

/**
 * Money that comes in without any API: a bank transfer, a cheque, cash. It asks nobody and keeps nothing; each answer follows from the
 * call and the connection's settings alone, so a repeated call is answered alike.
 */
export class ManualPaymentProvider implements PaymentProvider {
  readonly collection: CollectionOperations = { begin: (input, context) => Promise.resolve(begin(input, context)) };

  describe(): ProviderDescription {
    return DESCRIPTION;
  }

  validateConfiguration(credentials: ProviderCredentials): { field: string; message: string }[] {
    return manualConfigurationFindings(credentials);
  }

  testConnection(): Promise<ProviderOutcome<ConnectionCheck>> {
    return Promise.resolve(succeeded({ providerAccountId: 'manual', mode: null, displayName: null, missingPermissions: [] }));
  }

  /** There is nothing to be found: no object is kept here. */
  fetch<K extends ProviderObjectKind>(): Promise<ProviderOutcome<FetchResult<FetchedObjects[K]>>> {
    return Promise.resolve(succeeded({ found: false }));
  }

  looksLikeCustomerId(): boolean {
    return false;
  }
}

function begin({ invoiceNumber, amount, currency, customerName }: CollectionInput, { credentials }: CallContext): ProviderOutcome<CollectionInstructions> {
  try {
    providerCurrency(currency, DESCRIPTION.currencies);
  } catch (error) {
    if (!(error instanceof AmountNotRepresentableError)) throw error;
    return { outcome: 'failed', code: error.code, providerCode: null, message: error.message };
  }
  const { instructions, referenceTemplate, daysUntilDue } = manualSettings(credentials);
  const values = { invoiceNumber, amount: majorUnits({ amountInMinorUnits: amount, currency }), currency, customerName, reference: '' };
  const reference = fillTemplate(referenceTemplate, values);
  return { outcome: 'pending', value: { id: reference, reference, instructions: fillTemplate(instructions, { ...values, reference }), daysUntilDue } };
}
