import type { InvoiceDraftInput, InvoiceLineInput, InvoiceOperations } from '../payment-provider.js';
import type { ProviderInvoice } from '../provider-objects.js';
import type { CustomerBehaviour } from './contract-harness.js';
import type { ContractSubject } from './contract-subject.js';

const PERIOD_START = Date.UTC(2026, 0, 1);
const PERIOD_END = Date.UTC(2026, 1, 1);

/** Builds invoices in each state through the port alone. */
export class InvoiceCases {
  readonly #subject: ContractSubject;

  constructor(subject: ContractSubject) {
    this.#subject = subject;
  }

  get operations(): InvoiceOperations {
    return this.#subject.provider.invoices as InvoiceOperations;
  }

  draftInput(providerCustomerId: string, more: Partial<InvoiceDraftInput> = {}): InvoiceDraftInput {
    const { currency } = this.#subject.harness;
    return { tags: this.#subject.newTags(), providerCustomerId, currency, collectionMethod: 'charge_automatically', daysUntilDue: null, number: null, description: null, ...more };
  }

  lines(...amounts: readonly bigint[]): InvoiceLineInput[] {
    return amounts.map((amount, index) => ({
      externalId: `line_${index}`,
      description: `API calls, tier ${index + 1}: 1,000 × 0.01`,
      amount,
      periodStartInMillis: PERIOD_START,
      periodEndInMillis: PERIOD_END,
    }));
  }

  async draft(behaviour: CustomerBehaviour = 'pays', amounts: readonly bigint[] = [1_000n, 234n]): Promise<ProviderInvoice> {
    const customer = await this.#subject.harness.newCustomer(behaviour);
    const draft = await this.#subject.value(this.operations.createDraft(this.draftInput(customer), this.#subject.context()));
    if (amounts.length === 0) return draft;
    const { currency } = this.#subject.harness;
    return this.#subject.value(this.operations.addLines({ providerInvoiceId: draft.id, lines: this.lines(...amounts), currency }, this.#subject.context()));
  }

  async open(behaviour: CustomerBehaviour = 'pays', amounts?: readonly bigint[]): Promise<ProviderInvoice> {
    const { id } = await this.draft(behaviour, amounts);
    return this.#subject.value(this.operations.finalize({ providerInvoiceId: id }, this.#subject.context()));
  }

  async fetched(id: string): Promise<ProviderInvoice> {
    const answer = await this.#subject.value(this.#subject.provider.fetch('invoice', { providerId: id }, this.#subject.context()));
    if (!answer.found) throw new Error(`The provider does not find the invoice ${id}.`);
    return answer.value;
  }
}
