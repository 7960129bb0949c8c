import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { Database, type Transaction } from '../platform/database/database.js';
import type { ProviderIntent } from '../provider-intents/provider-intent.entity.js';
import { ClosingRequests } from './closing-requests.js';
import { DELETE_DRAFT, MARK_PAID, VOID, WRITE_OFF } from './hand-over/hand-over-step.js';
import { collectionRunning, InvoiceLease } from './hand-over/invoice-lease.js';
import { isClosed, isWithdrawn, type Invoice } from './invoice.entity.js';
import { InvoiceState } from './invoice-state.js';
import { closed, InvoicesService, processing, type InvoiceView } from './invoices.service.js';

/** A person ends an invoice: void, paid outside the provider, or given up. Shares the collection's lease, so that it never races a charge. */
@Injectable()
export class InvoiceClosingService {
  constructor(
    private readonly database: Database,
    private readonly lease: InvoiceLease,
    private readonly invoices: InvoicesService,
    private readonly state: InvoiceState,
    private readonly requests: ClosingRequests,
  ) {}

  /** @throws DomainError `invoice_not_found`, `invoice_not_locked`, `invoice_closed`, `payment_processing`, `collection_running`, `refused_by_provider`, `provider_unavailable` */
  void(accountId: string, invoiceId: string): Promise<InvoiceView> {
    return this.#close(accountId, invoiceId, { because: 'voided', kind: VOID, here: (tx, invoice) => this.state.voidHere(tx, invoice) });
  }

  /** The money came in outside the provider (a bank transfer, cash). Same errors as `void`. */
  markPaid(accountId: string, invoiceId: string): Promise<InvoiceView> {
    return this.#close(accountId, invoiceId, { because: 'paid_elsewhere', kind: MARK_PAID, here: (tx, invoice) => this.state.settleElsewhere(tx, invoice) });
  }

  /** Given up, at the provider too; not final. Same errors as `void`, and `invoice_written_off`. */
  writeOff(accountId: string, invoiceId: string): Promise<InvoiceView> {
    return this.#close(accountId, invoiceId, { because: 'written_off', kind: WRITE_OFF, here: (tx, invoice) => this.state.writeOffHere(tx, invoice), check: refuseWrittenOff });
  }

  /** As `markPaid`, by a payment that is recorded in the transaction in which the invoice is paid. Throws also what `payment.check` throws. */
  markPaidBy(accountId: string, invoiceId: string, payment: Pick<Closing, 'here' | 'check' | 'more'>): Promise<InvoiceView> {
    return this.#close(accountId, invoiceId, { because: 'paid_elsewhere', kind: MARK_PAID, ...payment });
  }

  async #close(accountId: string, invoiceId: string, closing: Closing): Promise<InvoiceView> {
    // Checked before the wait, so that an unknown id is answered at once.
    await this.invoices.get(accountId, invoiceId);
    return this.lease.during(invoiceId, async () => {
      const planned = await this.database.transaction((tx) => this.#plan(tx, accountId, invoiceId, closing));
      if (planned) await this.requests.send(planned);
      const view = await this.invoices.get(accountId, invoiceId);
      // Of the three only this is not final, and may have been overtaken.
      if (!planned || closing.because !== 'written_off' || view.invoice.paymentStatusReason === closing.because) return view;
      await this.requests.lookAgain(invoiceId);
      return this.invoices.get(accountId, invoiceId);
    });
  }

  /** Null where there is nothing at the provider to be closed. */
  async #plan(tx: Transaction, accountId: string, invoiceId: string, { because, kind, here, check, more }: Closing): Promise<ProviderIntent | null> {
    const invoice = await this.invoices.locked(tx, accountId, invoiceId);
    if (isClosed(invoice)) throw closed(invoice);
    if (invoice.paymentStatusReason === 'processing') throw processing();
    const unfinished = await this.requests.unfinished(tx, accountId, invoiceId);
    // The same wish once more, whose answer was lost, is sent again under its key.
    if (unfinished?.parameters['because'] === because) return unfinished;
    if (unfinished) throw collectionRunning(`Whether '${unfinished.kind}' was done is not known yet; it is being found out. Try again in a minute.`, 60);
    check?.(invoice);
    if (hasDocument(invoice)) return this.requests.plan(tx, invoice, invoice.providerStatus === 'draft' ? DELETE_DRAFT : kind, { because, ...more?.(invoice) });
    leaveDocument(invoice);
    await here(tx, invoice);
    return null;
  }
}

/** How an invoice is closed: at the provider by an intent of this kind, or `here` where the provider has nothing. */
export interface Closing {
  readonly because: 'voided' | 'paid_elsewhere' | 'written_off';
  readonly kind: string;
  here(tx: Transaction, invoice: Invoice): Promise<void>;
  /** Throws where this closing does not fit the invoice. */
  check?(invoice: Invoice): void;
  /** What the intent remembers beside. */
  more?(invoice: Invoice): Record<string, unknown>;
}

function refuseWrittenOff(invoice: Invoice): void {
  if (invoice.paymentStatusReason === 'written_off') throw conflict('invoice_written_off', 'The invoice is written off already. Sending it collects it all the same; a payment, mark-paid or void ends it.');
}

/** One with another total, voided or finalized empty, says nothing of how this invoice ended. Its number remains the invoice's. */
function leaveDocument(invoice: Invoice): void {
  if (!isWithdrawn(invoice) || invoice.providerStatus === 'deleted') return;
  invoice.providerInvoiceId = null;
  invoice.providerStatus = null;
}

/** Whether there is something at the provider to be closed too. What it does not know any more is closed here alone, on a person's word. */
function hasDocument(invoice: Invoice): boolean {
  return invoice.providerInvoiceId != null && !isWithdrawn(invoice) && invoice.providerStatus !== 'void' && invoice.paymentStatusReason !== 'unreadable';
}
