import { Injectable } from '@nestjs/common';
import { succeeded, type ProviderInvoiceLine } from '@tollkeeper/payment-provider';
import { ObjectRefetches, type RefetchResult } from '../../provider-intents/object-refetches.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { DocumentLookups } from './document-lookups.js';
import { InvoiceLooks, type LookResult } from './invoice-looks.js';

const DEADLINE_IN_MILLIS = 15_000;
/** A document names its newest revision, so one step is the rule; more were made while we looked. */
const MAXIMUM_REVISIONS = 5;

/** Fetches an invoice's document and takes over what it says. The one way in which status comes back from a provider. */
@Injectable()
export class InvoiceRefresh {
  constructor(
    private readonly lookups: DocumentLookups,
    private readonly gateway: ProviderGateway,
    private readonly refetches: ObjectRefetches,
    private readonly looks: InvoiceLooks,
  ) {}

  /** @returns false when the provider could not be asked about all of it */
  refresh(invoiceId: string): Promise<boolean> {
    return this.refetches.now(keyOf(invoiceId), () => this.#fetch(invoiceId));
  }

  /** Once a second at most, however much is told of it. @param arrival of the last news */
  refreshAfter(invoiceId: string, arrival: number): Promise<RefetchResult> {
    return this.refetches.after(keyOf(invoiceId), arrival, () => this.#fetch(invoiceId));
  }

  async #fetch(invoiceId: string): Promise<boolean> {
    for (let documents = 0; documents < MAXIMUM_REVISIONS; documents += 1) {
      const look = await this.#look(invoiceId);
      if (look !== 'followed') return look === 'seen';
    }
    return true;
  }

  async #look(invoiceId: string): Promise<LookResult | 'unreachable'> {
    const document = await this.lookups.documentOf(invoiceId);
    if (!document) return 'seen';
    const { connectionId, providerInvoiceId } = document;
    // What was stored before this look begins is older than it, whatever the clock of the process says that stored it.
    const requestStart = Math.max(this.gateway.now(), document.observedAt);
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('invoice', { providerId: providerInvoiceId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    const { value } = fetched;
    const lines = value.found && document.isUnread ? await this.#lines(connectionId, providerInvoiceId) : null;
    return this.looks.store({ invoiceId, providerInvoiceId, fetched: value, requestStart, lines });
  }

  /** Only for people to read: where they cannot be had, the revision is adopted without. */
  async #lines(connectionId: string, providerInvoiceId: string): Promise<readonly ProviderInvoiceLine[] | null> {
    const listed = await this.gateway.read(connectionId, async (call) => (await call.provider.invoices?.listLines({ providerInvoiceId }, call.context)) ?? succeeded([]), { deadlineInMillis: DEADLINE_IN_MILLIS });
    return listed.outcome === 'succeeded' ? listed.value : null;
  }
}

function keyOf(invoiceId: string): string {
  return `invoice:${invoiceId}`;
}
