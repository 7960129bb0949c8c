import { Injectable } from '@nestjs/common';
import { conflict, DomainError } from '@tollkeeper/kernel';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { CollectionStart } from './collection-start.js';
import { HandOverPlanner } from './hand-over/hand-over-planner.js';
import { DELETE_DRAFT, HAND_OVER_TOPIC, VOID } from './hand-over/hand-over-step.js';
import type { InvoiceTaxShare } from '../taxes/invoice-taxes.js';
import type { BilledCharges } from './taxation/billed-charges.js';
import { OpenPreviews } from './taxation/open-previews.js';
import { InvoiceLine } from './invoice-line.entity.js';
import { InvoicePayment } from './invoice-payment.entity.js';
import type { InvoiceEdit } from './edits/invoice-edit.entity.js';
import type { RecordedPayment } from './recorded-payments/recorded-payment.entity.js';
import { InvoiceRepository, type InvoiceFilter } from './invoice.repository.js';
import { Invoice, isClosed, isWithdrawn } from './invoice.entity.js';

/** An invoice with what belongs to it. Before the price lock the lines are a computation as of now, after it the frozen rows. */
export interface InvoiceView {
  readonly invoice: Invoice;
  readonly lines: readonly InvoiceLine[];
  readonly payments: readonly InvoicePayment[];
  /** What people recorded, oldest first. */
  readonly recorded: readonly RecordedPayment[];
  /** What people changed of the document at the provider, oldest first. */
  readonly edits: readonly InvoiceEdit[];
  /** By rate; lines name them by their place. */
  readonly taxes: readonly InvoiceTaxShare[];
  /** Null once locked. */
  readonly preview: BilledCharges | null;
  /** Before the lock: why its provider could not be sent it as it stands. */
  readonly handOverProblem: DomainError | null;
}

@Injectable()
export class InvoicesService {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoiceRepository,
    private readonly previews: OpenPreviews,
    private readonly collection: CollectionStart,
    private readonly loops: WorkerLoops,
    private readonly planner: HandOverPlanner,
  ) {}

  list(accountId: string, filter: InvoiceFilter, limit: number, cursor: Cursor | null): Promise<Invoice[]> {
    return this.invoices.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  async get(accountId: string, invoiceId: string): Promise<InvoiceView> {
    const reader = this.database.reader();
    const invoice = await this.invoices.get(reader, accountId, invoiceId);
    const [lines, payments] = await Promise.all([this.invoices.lines(reader, invoiceId), this.invoices.payments(this.database.reader(), invoiceId)]);
    const recorded = await this.invoices.recordedPayments(this.database.reader(), invoiceId);
    const open = invoice.priceStatus === 'price_locked' ? null : await this.previews.of(invoice);
    const preview = open?.charges ?? null;
    const edits = await this.invoices.edits(this.database.reader(), invoiceId);
    const taxes = preview?.taxes ?? (invoice.taxTreatment === 'taxed' ? await this.invoices.taxes(this.database.reader(), invoiceId) : []);
    return { invoice, lines, payments, recorded, edits, taxes, preview, handOverProblem: open?.handOverProblem ?? null };
  }

  /**
   * Releases a reviewed invoice, tries a blocked or failed one again, or sends an open one once more. The worker does the rest.
   * @throws DomainError `invoice_not_found`, `invoice_not_locked`, `invoice_closed`, `payment_processing`, `withdrawal_running`
   */
  async send(accountId: string, invoiceId: string): Promise<InvoiceView> {
    const isSent = await this.database.transaction(async (tx) => {
      const invoice = await this.locked(tx, accountId, invoiceId);
      if (isClosed(invoice)) throw closed(invoice);
      if (invoice.paymentStatusReason === 'processing') throw processing();
      if (invoice.handOver === 'due') return true;
      if (isWithdrawn(invoice)) forgetDocument(invoice);
      else if (invoice.paymentStatusReason === 'total_mismatch') return this.#withdrawAgain(tx, invoice);
      await this.collection.resume(tx, invoice, { reviewed: true });
      return true;
    });
    if (!isSent) throw withdrawing();
    this.loops.wake(HAND_OVER_TOPIC);
    return this.get(accountId, invoiceId);
  }

  /** The document with the other total can still be paid: a new one beside it would be paid too. */
  async #withdrawAgain(tx: Transaction, invoice: Invoice): Promise<false> {
    await this.planner.plan(tx, invoice, invoice.providerStatus === 'draft' ? DELETE_DRAFT : VOID, { because: 'total_mismatch' });
    return false;
  }

  /** The invoice's row, locked, after the checks every action on it shares. */
  async locked(tx: Transaction, accountId: string, invoiceId: string): Promise<Invoice> {
    await this.invoices.get(tx, accountId, invoiceId);
    const invoice = await this.invoices.lock(tx, invoiceId);
    if (invoice.priceStatus !== 'price_locked') {
      throw conflict('invoice_not_locked', `The invoice is still ${invoice.priceStatus}: its lines can change until the period and its grace have ended.`);
    }
    return invoice;
  }
}

/** A finalized document has used its number up, also when it was voided; a deleted draft gives it back. */
function forgetDocument(invoice: Invoice): void {
  if (invoice.providerStatus !== 'draft' && invoice.providerStatus !== 'deleted') invoice.number = null;
  invoice.providerInvoiceId = null;
  invoice.providerStatus = null;
}

function withdrawing(): DomainError {
  const message = 'The document with another total is still at the provider and is being withdrawn; a payment of it that is under way has to end first. Try again in a minute.';
  return new DomainError('conflict', 'withdrawal_running', message, { retryAfterInSeconds: 60 });
}

export function closed(invoice: Invoice): DomainError {
  return conflict('invoice_closed', `The invoice is ${invoice.paymentStatus} (${invoice.paymentStatusReason ?? 'final'}); nothing is left to do.`);
}

export function processing(): DomainError {
  return new DomainError('conflict', 'payment_processing', 'A payment is being processed by the provider. Wait until it has succeeded or failed.', { retryAfterInSeconds: 60 });
}
