import { Injectable } from '@nestjs/common';
import { conflict, DomainError } from '@tollkeeper/kernel';
import { Database, type Transaction } from '../platform/database/database.js';
import { ObjectLeases, type Lease } from '../platform/leases/object-leases.js';
import { isUnfinished, type ProviderIntent } from '../provider-intents/provider-intent.entity.js';
import { ProviderIntents } from '../provider-intents/provider-intents.service.js';
import { HandOverPlanner } from './hand-over/hand-over-planner.js';
import { DELETE_DRAFT, MARK_PAID, VOID } from './hand-over/hand-over-step.js';
import { invoiceLeaseKey } from './hand-over/hand-over.service.js';
import { isClosed, type Invoice } from './invoice.entity.js';
import { InvoiceState } from './invoice-state.js';
import { closed, InvoicesService, processing, type InvoiceView } from './invoices.service.js';

const WAIT_FOR_COLLECTION_IN_MILLIS = 10_000;
const CALL_DEADLINE_IN_MILLIS = 15_000;

/** A person ends an invoice: void, or paid outside the provider. Shares the collection's lease, so that it never races a charge. */
@Injectable()
export class InvoiceClosingService {
  constructor(
    private readonly database: Database,
    private readonly leases: ObjectLeases,
    private readonly invoices: InvoicesService,
    private readonly state: InvoiceState,
    private readonly planner: HandOverPlanner,
    private readonly intents: ProviderIntents,
  ) {}

  /** @throws DomainError `invoice_not_found`, `invoice_not_locked`, `invoice_closed`, `payment_processing`, `refused_by_provider`, `provider_unavailable` */
  void(accountId: string, invoiceId: string): Promise<InvoiceView> {
    return this.#close(accountId, invoiceId, async (tx, invoice) => {
      if (hasDocument(invoice)) return this.planner.plan(tx, invoice, invoice.providerStatus === 'draft' ? DELETE_DRAFT : VOID, { because: 'voided' });
      await this.state.voidHere(tx, invoice);
      return null;
    });
  }

  /** The money came in outside the provider (a bank transfer, cash). Same errors as `void`. */
  markPaid(accountId: string, invoiceId: string): Promise<InvoiceView> {
    return this.#close(accountId, invoiceId, async (tx, invoice) => {
      if (hasDocument(invoice)) return this.planner.plan(tx, invoice, invoice.providerStatus === 'draft' ? DELETE_DRAFT : MARK_PAID, { because: 'paid_elsewhere' });
      await this.state.settleElsewhere(tx, invoice);
      return null;
    });
  }

  async #close(accountId: string, invoiceId: string, decide: (tx: Transaction, invoice: Invoice) => Promise<ProviderIntent | null>): Promise<InvoiceView> {
    // Checked before the wait, so that an unknown id is answered at once.
    await this.invoices.get(accountId, invoiceId);
    const lease = await this.leases.acquire(invoiceLeaseKey(invoiceId), WAIT_FOR_COLLECTION_IN_MILLIS);
    if (!lease) throw conflict('collection_running', 'The invoice is being handed over or collected at this moment. Try again in a few seconds.');
    return this.#underLease(lease, accountId, invoiceId, decide);
  }

  async #underLease(lease: Lease, accountId: string, invoiceId: string, decide: (tx: Transaction, invoice: Invoice) => Promise<ProviderIntent | null>): Promise<InvoiceView> {
    try {
      const planned = await this.database.transaction(async (tx) => {
        const invoice = await this.invoices.locked(tx, accountId, invoiceId);
        if (isClosed(invoice)) throw closed(invoice);
        if (invoice.paymentStatusReason === 'processing') throw processing();
        const unfinished = (await this.intents.ofSubject(tx, { accountId, subjectType: 'invoice', subjectId: invoiceId })).find(isUnfinished);
        if (unfinished) throw conflict('collection_running', `Whether '${unfinished.kind}' was done is not known yet; it is being found out. Try again in a minute.`);
        return decide(tx, invoice);
      });
      if (planned) refuse(await this.intents.run(planned.id, { deadlineInMillis: CALL_DEADLINE_IN_MILLIS }));
      return await this.invoices.get(accountId, invoiceId);
    } finally {
      await lease.release();
    }
  }
}

/** Whether there is something at the provider to be closed too. What it does not know any more is closed here alone, on a person's word. */
function hasDocument({ providerInvoiceId, providerStatus, paymentStatusReason }: Invoice): boolean {
  return providerInvoiceId != null && providerStatus !== 'deleted' && providerStatus !== 'void' && paymentStatusReason !== 'unreadable';
}

function refuse(intent: ProviderIntent): void {
  if (isUnfinished(intent)) {
    throw new DomainError('unavailable', 'provider_unavailable', 'The payment provider cannot be reached. The request is kept and finished in the background; ask for the invoice later.', { retryAfterInSeconds: 30 });
  }
  if (intent.outcome === 'failed') throw conflict('refused_by_provider', `The payment provider refused it: ${intent.message ?? intent.code ?? 'no reason given'}`);
}
