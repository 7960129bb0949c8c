import { Injectable } from '@nestjs/common';
import { succeeded, type ProviderInvoiceLine } from '@tollkeeper/payment-provider';
import { Database } from '../../platform/database/database.js';
import { ObjectRefetches, type RefetchResult } from '../../provider-intents/object-refetches.js';
import { ProviderGateway } from '../../provider-intents/provider-gateway.js';
import { InvoiceEdits } from '../edits/invoice-edits.js';
import { Invoice } from '../invoice.entity.js';
import { InvoiceRepository } from '../invoice.repository.js';
import { InvoiceState } from '../invoice-state.js';

const DEADLINE_IN_MILLIS = 15_000;
/** A document names its newest revision, so one step is the rule; more were made while we looked. */
const MAXIMUM_REVISIONS = 5;

/** Fetches an invoice's document and takes over what it says. The one way in which status comes back from a provider. */
@Injectable()
export class InvoiceRefresh {
  constructor(
    private readonly database: Database,
    private readonly gateway: ProviderGateway,
    private readonly refetches: ObjectRefetches,
    private readonly invoices: InvoiceRepository,
    private readonly state: InvoiceState,
    private readonly edits: InvoiceEdits,
  ) {}

  /** @returns false when the provider could not be asked about all of it */
  refresh(invoiceId: string): Promise<boolean> {
    return this.refetches.now(keyOf(invoiceId), () => this.#fetch(invoiceId));
  }

  /** Once a second at most, however much is told of it. @param since process time at which the last news came */
  refreshAfter(invoiceId: string, since: number): Promise<RefetchResult> {
    return this.refetches.after(keyOf(invoiceId), since, () => this.#fetch(invoiceId));
  }

  async #fetch(invoiceId: string): Promise<boolean> {
    for (let documents = 0; documents < MAXIMUM_REVISIONS; documents += 1) {
      const look = await this.#look(invoiceId);
      if (look !== 'followed') return look === 'seen';
    }
    return true;
  }

  /** @returns `followed`: the document was replaced by a revision, which is to be looked at now */
  async #look(invoiceId: string): Promise<'seen' | 'followed' | 'unreachable'> {
    const { connectionId, providerInvoiceId } = await this.database.reader().findOneOrFail(Invoice, { id: invoiceId });
    if (connectionId == null || providerInvoiceId == null) return 'seen';
    const requestStart = this.gateway.now();
    const fetched = await this.gateway.read(connectionId, (call) => call.provider.fetch('invoice', { providerId: providerInvoiceId }, call.context), { deadlineInMillis: DEADLINE_IN_MILLIS });
    if (fetched.outcome !== 'succeeded') return 'unreachable';
    const { value } = fetched;
    const lines = value.found && (await this.edits.isRevisionUnread(this.database.reader(), invoiceId, providerInvoiceId)) ? await this.#lines(connectionId, providerInvoiceId) : null;
    return this.database.transaction(async (tx) => {
      const invoice = await this.invoices.lock(tx, invoiceId);
      if (invoice.providerInvoiceId !== providerInvoiceId) return 'seen';
      if (value.found) await this.state.observe(tx, invoice, value.value, requestStart);
      else await this.state.missing(tx, invoice, requestStart);
      if (value.found && lines) await this.edits.describe(tx, invoice, value.value, lines);
      return invoice.providerInvoiceId === providerInvoiceId ? 'seen' : 'followed';
    });
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
