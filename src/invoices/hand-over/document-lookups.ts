import { Injectable } from '@nestjs/common';
import { BatchedQuestion } from '../../platform/database/batched-question.js';
import { DatabasePool } from '../../platform/database/database.js';

/** Where an invoice is at its provider. */
export interface InvoiceDocument {
  readonly connectionId: string;
  readonly providerInvoiceId: string;
  /** When what is known of it was asked for, by the clock of the process that asked. */
  readonly observedAt: number;
  /** It is a revision made by people there, whose lines are still to be read. */
  readonly isUnread: boolean;
}

interface PlaceOfDocument {
  readonly connectionId: string;
  readonly providerInvoiceId: string;
}

interface PlaceOfPayment {
  readonly accountId: string;
  readonly providerPaymentId: string;
}

const DOCUMENTS = `
  select id, connection_id, provider_invoice_id, observed_at,
         exists (select from invoice_edit where invoice_id = invoice.id and kind = 'revision' and invoice_edit.provider_invoice_id = invoice.provider_invoice_id and after is null) as is_unread
    from invoice where id = any($1::text[]) and connection_id is not null and provider_invoice_id is not null`;
const OF_DOCUMENTS = `
  select asked.place, invoice.id from unnest($1::text[], $2::text[]) with ordinality as asked (connection_id, provider_invoice_id, place)
    join invoice using (connection_id, provider_invoice_id)`;
const OF_PAYMENTS = `
  select asked.place, payment.invoice_id as id from unnest($1::text[], $2::text[]) with ordinality as asked (account_id, provider_payment_id, place)
    join invoice_payment as payment using (account_id, provider_payment_id) order by payment.invoice_id`;

/** Which invoice a provider's document or payment is of, and which document an invoice has: asked for by every event, for many events at once. */
@Injectable()
export class DocumentLookups {
  readonly #documents: BatchedQuestion<string, InvoiceDocument | null>;
  readonly #ofDocuments: BatchedQuestion<PlaceOfDocument, string | null>;
  readonly #ofPayments: BatchedQuestion<PlaceOfPayment, string[]>;

  constructor(private readonly pool: DatabasePool) {
    this.#documents = new BatchedQuestion((invoiceIds) => this.#findDocuments(invoiceIds));
    this.#ofDocuments = new BatchedQuestion(async (places) => {
      const found = await this.#find('invoices-of-documents', OF_DOCUMENTS, places.map(({ connectionId }) => connectionId), places.map(({ providerInvoiceId }) => providerInvoiceId));
      return found.map(([id]) => id ?? null);
    });
    this.#ofPayments = new BatchedQuestion((places) =>
      this.#find('invoices-of-payments', OF_PAYMENTS, places.map(({ accountId }) => accountId), places.map(({ providerPaymentId }) => providerPaymentId)),
    );
  }

  /** Null while there is none. */
  documentOf(invoiceId: string): Promise<InvoiceDocument | null> {
    return this.#documents.ask(invoiceId);
  }

  /** @returns the invoice's id; null for a document of nobody we know */
  invoiceOfDocument(connectionId: string, providerInvoiceId: string): Promise<string | null> {
    return this.#ofDocuments.ask({ connectionId, providerInvoiceId });
  }

  /** @returns the ids of the invoices it is known to pay, in their order */
  invoicesOfPayment(accountId: string, providerPaymentId: string): Promise<string[]> {
    return this.#ofPayments.ask({ accountId, providerPaymentId });
  }

  async #findDocuments(invoiceIds: readonly string[]): Promise<(InvoiceDocument | null)[]> {
    const { rows } = await this.pool.query<{ id: string; connection_id: string; provider_invoice_id: string; observed_at: string; is_unread: boolean }>({ name: 'documents', text: DOCUMENTS, values: [invoiceIds] });
    const found = new Map(rows.map((row) => [row.id, { connectionId: row.connection_id, providerInvoiceId: row.provider_invoice_id, observedAt: Number(row.observed_at), isUnread: row.is_unread }]));
    return invoiceIds.map((id) => found.get(id) ?? null);
  }

  async #find(name: string, text: string, first: readonly string[], second: readonly string[]): Promise<string[][]> {
    const { rows } = await this.pool.query<{ place: string; id: string }>({ name, text, values: [first, second] });
    const found: string[][] = first.map(() => []);
    for (const { place, id } of rows) found[Number(place) - 1]?.push(id);
    return found;
  }
}
