import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import type { ProviderInvoice, ProviderInvoiceLine } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { InvoiceLine } from '../invoice-line.entity.js';
import { InvoiceEvents } from '../invoice.events.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceEdit, type DocumentFacts } from './invoice-edit.entity.js';

/** Adopts what people change of a document at the provider, and keeps what it said before. All methods join a transaction that holds the invoice's row lock. */
@Injectable()
export class InvoiceEdits {
  constructor(
    private readonly events: InvoiceEvents,
    private readonly clock: ProcessClock,
  ) {}

  /** The document was replaced by a revision: the invoice is that one from here on. What it says is read by the next look. */
  async follow(tx: Transaction, invoice: Invoice, revisionId: string): Promise<void> {
    const lines = await tx.find(InvoiceLine, { invoiceId: invoice.id }, { orderBy: { position: 'asc' } });
    const before = { ...factsOf(invoice), lines: lines.map(({ description, amount }) => ({ description, amount: amount.toString() })) };
    this.#create(tx, invoice, 'revision', revisionId, before, null);
    invoice.providerInvoiceId = revisionId;
    await tx.flush();
  }

  /** Revisions of these invoices of which nothing but their id is known. */
  unreadRevisions(tx: Transaction, invoiceIds: readonly string[]): Promise<InvoiceEdit[]> {
    return invoiceIds.length === 0 ? Promise.resolve([]) : tx.find(InvoiceEdit, { invoiceId: { $in: [...invoiceIds] }, kind: 'revision', after: null });
  }

  /**
   * A document that says something else than we do because somebody there wanted it: it counts. Anything else is a mismatch, and not adopted.
   * @param unread the invoice's unread revisions among them
   */
  async adopt(tx: Transaction, invoice: Invoice, document: ProviderInvoice, unread: readonly InvoiceEdit[]): Promise<void> {
    const before = factsOf(invoice);
    const revision = unread.find(({ invoiceId, providerInvoiceId }) => invoiceId === invoice.id && providerInvoiceId === document.id);
    if (revision) {
      invoice.documentSubtotal = document.subtotal;
      invoice.total = document.total - document.tax;
      revision.after = factsOfDocument(document);
      await tx.flush();
      await this.events.edited(tx, invoice, 'revision', before.total);
    } else if (isDiscounted(invoice, document)) {
      invoice.total = document.total - document.tax;
      this.#create(tx, invoice, 'discount', document.id, before, factsOfDocument(document));
      await this.events.edited(tx, invoice, 'discount', before.total);
    } else if (invoice.dueTimeInMillis != null && document.dueTimeInMillis !== null && document.dueTimeInMillis !== invoice.dueTimeInMillis) {
      this.#create(tx, invoice, 'due_time', document.id, before, factsOfDocument(document));
      await this.events.edited(tx, invoice, 'due_time', before.total);
    }
  }

  async describe(tx: Transaction, invoice: Invoice, document: ProviderInvoice, lines: readonly ProviderInvoiceLine[]): Promise<void> {
    const revision = await tx.findOne(InvoiceEdit, { invoiceId: invoice.id, kind: 'revision', providerInvoiceId: document.id });
    if (revision?.after) revision.after = { ...revision.after, lines: lines.map(({ description, amount }) => ({ description, amount: amount.toString() })) };
  }

  #create(tx: Transaction, invoice: Invoice, kind: InvoiceEdit['kind'], providerInvoiceId: string, before: DocumentFacts, after: DocumentFacts | null): void {
    const now = this.clock.now();
    tx.create(InvoiceEdit, { id: newId('ied', now), accountId: invoice.accountId, invoiceId: invoice.id, kind, providerInvoiceId, before, after, createTime: now });
  }
}

/** The subtotal is ours and the discount explains the rest: drafts are made without one, so somebody gave it. */
export function isDiscounted(invoice: Invoice, document: ProviderInvoice): boolean {
  const total = document.total - document.tax;
  return document.discount > 0n && total !== invoice.total && document.subtotal === (invoice.documentSubtotal ?? invoice.subtotal) && total === document.subtotal - document.taxIncluded - document.discount;
}

function factsOf(invoice: Invoice): DocumentFacts {
  const { providerInvoiceId, number, total, dueTimeInMillis } = invoice;
  const subtotal = (invoice.documentSubtotal ?? invoice.subtotal).toString();
  return { providerInvoiceId: providerInvoiceId ?? '', number: number ?? null, subtotal, total: total.toString(), dueTimeInMillis: dueTimeInMillis ?? null, lines: null };
}

function factsOfDocument({ id, number, subtotal, total, tax, dueTimeInMillis }: ProviderInvoice): DocumentFacts {
  return { providerInvoiceId: id, number, subtotal: subtotal.toString(), total: (total - tax).toString(), dueTimeInMillis, lines: null };
}
