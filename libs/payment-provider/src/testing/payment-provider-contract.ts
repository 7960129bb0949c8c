import { afterAll, describe } from '@jest/globals';
import type { ProviderContractHarness } from './contract-harness.js';
import { ContractSubject } from './contract-subject.js';
import { collectionContract } from './collection-contract.js';
import { connectionContract } from './connection-contract.js';
import { collectionInstructionsContract } from './collection-instructions-contract.js';
import { creditNotesContract } from './credit-notes-contract.js';
import { customersContract } from './customers-contract.js';
import { descriptionContract } from './description-contract.js';
import { disputesContract } from './disputes-contract.js';
import { eventListContract } from './event-list-contract.js';
import { invoicesContract } from './invoices-contract.js';
import { listingContract } from './listing-contract.js';
import { networkContract } from './network-contract.js';
import { paymentMethodsContract } from './payment-methods-contract.js';
import { payoutsContract } from './payouts-contract.js';
import { refundsContract } from './refunds-contract.js';
import { testHelpersContract } from './test-helpers-contract.js';
import { webhooksContract } from './webhooks-contract.js';

/**
 * What "is a payment provider" means, as jest cases against a running test mode or stand-in. Call it in a spec:
 *
 *     paymentProviderContract('Acme Pay', await startAcmeHarness());
 *
 * Groups follow the declared capabilities, so a provider is held to all it claims and to no more; a false claim fails by itself.
 */
export function paymentProviderContract(name: string, harness: ProviderContractHarness): void {
  const subject = new ContractSubject(harness);
  const { capabilities } = harness.provider.describe();

  describe(`${name} keeps the payment provider contract`, () => {
    afterAll(() => harness.stop());
    descriptionContract(subject);
    connectionContract(subject);
    if (capabilities.customers) customersContract(subject);
    if (capabilities.paymentMethods) paymentMethodsContract(subject);
    if (capabilities.invoices) invoicesContract(subject);
    if (capabilities.invoices) collectionContract(subject);
    if (capabilities.collection) collectionInstructionsContract(subject);
    if (capabilities.refunds && capabilities.invoices) refundsContract(subject);
    if (capabilities.creditNotes && capabilities.invoices) creditNotesContract(subject);
    if (capabilities.disputes) disputesContract(subject);
    if (capabilities.webhooks) webhooksContract(subject);
    if (capabilities.eventList) eventListContract(subject);
    if (capabilities.listing && capabilities.invoices) listingContract(subject);
    if (capabilities.testHelpers) testHelpersContract(subject);
    if (capabilities.payouts && capabilities.invoices) payoutsContract(subject);
    if (harness.trouble) networkContract(subject, harness.trouble);
  });
}
