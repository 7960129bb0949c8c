import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type CreditNoteStatus = 'pending' | 'unknown' | 'issued' | 'void' | 'failed';

export interface CreditNoteTax {
  readonly name: string;
  readonly jurisdiction: string;
  readonly percentage: string;
  readonly isInclusive: boolean;
  /** What it is a share of, without taxes. */
  readonly taxable: Money;
  readonly tax: Money;
}

export interface CreditNote {
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  /** Null until the provider has answered. */
  readonly providerCreditNoteId: string | null;
  readonly origin: 'here' | 'provider';
  /** `unknown`: its answer was lost and is being asked for. */
  readonly status: CreditNoteStatus;
  readonly providerStatus: string | null;
  readonly number: string | null;
  /** The four parts together. */
  readonly amount: Money;
  /** The part of it that is tax, and goes back with it; null on an invoice without tax. */
  readonly tax: Money | null;
  /** By rate of the invoice; empty where the provider taxed the document, or states another tax. */
  readonly taxes: readonly CreditNoteTax[];
  readonly amountBeforePayment: Money;
  readonly amountRefunded: Money;
  readonly amountToBalance: Money;
  readonly amountOutside: Money;
  readonly reason: string | null;
  readonly memo: string | null;
  readonly documentUrl: string | null;
  readonly failureMessage: string | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface NewCreditNote {
  /** Default: all that is left to credit. */
  readonly amount?: { readonly amountInMinorUnits: string | number; readonly currency: string } | null;
  /** How the money of a paid invoice goes back; none on an open one. */
  readonly giveBack?: 'refund' | 'customer_balance' | 'outside' | null;
  readonly reason?: 'duplicate' | 'fraudulent' | 'order_change' | 'product_unsatisfactory' | null;
  /** What the customer reads on it. */
  readonly memo?: string | null;
}

export interface CreditNoteQuery extends PageQuery {
  readonly customerId?: string;
  readonly invoiceId?: string;
}

export class CreditNotesResource {
  constructor(private readonly transport: Transport) {}

  /** Takes some of an invoice back. Safe to repeat under one Idempotency-Key; without one, a second call is a second note. */
  create(invoiceId: string, note: NewCreditNote = {}, options?: CallOptions): Promise<CreditNote> {
    return this.transport.json({ ...options, method: 'POST', path: `/invoices/${segment(invoiceId)}/credit-notes`, body: note });
  }

  list(query: CreditNoteQuery = {}, options?: CallOptions): Promise<Page<CreditNote>> {
    return readPage(this.transport, '/credit-notes', { ...query }, options);
  }

  all(query: CreditNoteQuery = {}, options?: CallOptions): AsyncGenerator<CreditNote, void, void> {
    return readAll(this.transport, '/credit-notes', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<CreditNote> {
    return this.transport.json({ ...options, method: 'GET', path: `/credit-notes/${segment(id)}` });
  }

  /** The file's bytes. */
  async document(id: string, format: 'pdf' | 'html' | 'csv' | 'json' = 'pdf', options?: CallOptions): Promise<Uint8Array> {
    const response = await this.transport.open({ ...options, method: 'GET', path: `/credit-notes/${segment(id)}/document`, query: { format } });
    return new Uint8Array(await response.arrayBuffer());
  }

  /** What it had taken off an open invoice is due again. */
  void(id: string, options?: CallOptions): Promise<CreditNote> {
    return this.transport.json({ ...options, method: 'POST', path: `/credit-notes/${segment(id)}/void` });
  }
}
