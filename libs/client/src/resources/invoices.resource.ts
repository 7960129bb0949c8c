import type { Money } from '../money.js';
import type { ComparedPeriod, WhatIfForAllRequest, ExplainedEvents, ExplainedEventsQuery, ExplainedInvoice, InvoiceDifferences, InvoicePreview, PreviewRequest } from './invoice-explanation.js';
import type { InvoiceExchange, InvoiceTax, TaxedLine, TaxTreatment } from './invoice-tax.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';
import type { OneOffInvoiceInput } from './pending-charges.resource.js';

export type InvoicePriceStatus = 'open' | 'grace_period' | 'price_locked';
export type PaymentStatus = 'pre_payment' | 'pending' | 'requires_action' | 'failed' | 'settled' | 'not_needed' | 'unknown';

export interface InvoiceSummary {
  readonly id: string;
  readonly kind: 'cycle' | 'advance' | 'adjustment' | 'one_off' | 'prepaid_order' | 'final';
  readonly customerId: string;
  readonly planId: string | null;
  readonly number: string | null;
  /** Epoch seconds, part of the period. */
  readonly invoiceStartTimeInSeconds: number;
  /** Epoch seconds, not part of the period. */
  readonly invoiceEndTimeInSeconds: number;
  /** When the price is locked, epoch milliseconds. */
  readonly graceEndTimeInMillis: number | null;
  readonly invoicePriceStatus: InvoicePriceStatus;
  readonly paymentStatus: PaymentStatus;
  /** Why, for machines, e.g. `declined` or `not_linked`. */
  readonly paymentStatusReason: string | null;
  /** Why, for people. */
  readonly paymentStatusMessage: string | null;
  /** Null until the price is locked; `get` computes a preview. */
  readonly total: Money | null;
  readonly amountDue: Money;
  readonly amountPaid: Money;
  readonly amountRefunded: Money;
  readonly amountDisputed: Money;
  readonly amountOpen: Money;
  /** Recorded by people beyond what there was to pay. */
  readonly amountSurplus: Money;
  /** Recorded as paid, and taken back after the invoice was closed. */
  readonly amountReversed: Money;
  /** Taken back by credit notes. */
  readonly amountCredited: Money;
  /** Paid beyond what was due; the provider put it on the customer's balance. */
  readonly amountOverpaid: Money;
  readonly paymentProviderName: string | null;
  /** The provider's own word. */
  readonly providerStatus: string | null;
  readonly providerInvoiceId: string | null;
  readonly providerCustomerId: string | null;
  /** The provider's page where the customer sees and pays it. */
  readonly hostedInvoiceUrl: string | null;
  /** What the customer writes on the payment, where there is no document to pay. */
  readonly paymentReference: string | null;
  readonly documentUrl: string | null;
  readonly dueTimeInMillis: number | null;
  readonly nextAttemptTime: number | null;
  /** The later invoice this one was carried into. */
  readonly carriedIntoInvoiceId: string | null;
  /** Of an adjustment: the locked invoice whose period it bills the rest of, or whose fees it gives back. */
  readonly adjustsInvoiceId: string | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface Invoice extends InvoiceSummary {
  /** True while lines and total are computed as of now and not frozen. */
  readonly isPreview: boolean;
  readonly subtotal: Money;
  /** On top of the subtotal and within it. */
  readonly tax: Money;
  /** The part of the tax that the subtotal holds. */
  readonly taxIncluded: Money;
  /** Null where nothing is known of taxes. */
  readonly taxTreatment: TaxTreatment | null;
  /** By rate. */
  readonly taxes: readonly InvoiceTax[];
  /** Where it is in another currency than its plan. */
  readonly exchange: InvoiceExchange | null;
  /** Before the lock: why its provider could not be sent it as it stands. */
  readonly handOverProblem: { readonly code: string; readonly message: string } | null;
  /** With the tax on top. */
  readonly total: Money;
  readonly lines: readonly TaxedLine[];
  /** Oldest first. */
  readonly payments: readonly InvoicePayment[];
  /** What people changed of the document at the provider, oldest first. */
  readonly edits: readonly InvoiceEdit[];
  /** What people recorded as received outside a provider, and taken back; oldest first. */
  readonly recordedPayments: readonly RecordedPayment[];
  /** How the customer pays, where there is no document to pay; several lines. */
  readonly paymentInstructions: string | null;
}

export interface RecordedPayment {
  readonly id: string;
  readonly kind: 'payment' | 'reversal';
  /** Of a reversal: the payment it takes back. */
  readonly reversesId: string | null;
  readonly systemName: string;
  readonly paymentId: string;
  readonly amount: Money;
  /** Epoch seconds. */
  readonly paymentTimeInSeconds: number;
  readonly note: string | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface PaymentToRecord {
  /** In the currency of the invoice. */
  readonly amount: { readonly amountInMinorUnits: string | number; readonly currency: string };
  /** Where the money came in, e.g. `bank_transfer`. */
  readonly systemName: string;
  /** The id of the payment there; sent again it counts once. */
  readonly paymentId: string;
  /** Epoch seconds; default now, by the account's clock. */
  readonly paymentTimeInSeconds?: number;
  readonly note?: string;
}

/** A change that people made to the document at the provider, adopted here. */
export interface InvoiceEdit {
  readonly kind: 'revision' | 'discount' | 'due_time';
  readonly before: InvoiceDocument;
  /** Null until it was read. */
  readonly after: InvoiceDocument | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface InvoiceDocument {
  readonly providerInvoiceId: string;
  readonly number: string | null;
  readonly subtotal: Money;
  /** Without tax. */
  readonly total: Money;
  readonly dueTimeInMillis: number | null;
  /** Null where they did not change or were not read. */
  readonly lines: readonly { readonly description: string; readonly amount: Money }[] | null;
}

export interface InvoicePayment {
  /** The payment's id at the provider. */
  readonly providerPaymentId: string;
  readonly status: 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  readonly amount: Money;
  readonly amountRefunded: Money;
  readonly failureCode: string | null;
  readonly declineCode: string | null;
  readonly failureMessage: string | null;
  /** Where the customer confirms the payment. */
  readonly nextActionUrl: string | null;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface LateUsage {
  readonly invoiceId: string;
  /** By meter; units are exact decimal text. */
  readonly meters: readonly { readonly meterApiName: string; readonly addedEvents: number; readonly addedUnits: string; readonly removedEvents: number; readonly removedUnits: string }[];
  readonly adjustments: readonly InvoiceSummary[];
}

/** What would be locked, and what it comes to by the usage there is now. */
export interface DueInvoice {
  readonly invoiceId: string;
  readonly customerId: string;
  readonly kind: InvoiceSummary['kind'];
  readonly planId: string | null;
  /** Epoch milliseconds. */
  readonly periodStartTimeInMillis: number;
  /** Not part of the period. */
  readonly periodEndTimeInMillis: number;
  readonly graceEndTimeInMillis: number;
  readonly invoicePriceStatus: InvoicePriceStatus;
  /** Whether it waits for `run` once its grace is over. */
  readonly isWaiting: boolean;
  /** Null where it cannot be rated. */
  readonly total: Money | null;
  /** Why it could not be locked. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface DueInvoicesQuery extends PageQuery {
  /** Epoch milliseconds; default now, by the account's clock. */
  readonly asOfTimeInMillis?: number;
}

/** How many invoices are still to be locked. */
export interface InvoiceRun {
  readonly asOfTimeInMillis: number;
  /** They are being locked. */
  readonly due: number;
  /** They wait for `run`. */
  readonly waiting: number;
  /** They cannot be rated, each with the reason in `paymentStatusMessage`. */
  readonly failed: number;
  /** Locked, and on their way to a provider. */
  readonly handingOver: number;
  /** Requests to providers until these, and those still to be locked, are through. */
  readonly callsLeft: number;
  /** When that will be by the connections' budgets of requests, epoch milliseconds of real time; null where nothing is left, or none can be told. */
  readonly forecastTimeInMillis: number | null;
}

export interface InvoiceQuery extends PageQuery {
  readonly customerId?: string;
  readonly kind?: InvoiceSummary['kind'];
  readonly invoicePriceStatus?: InvoicePriceStatus;
  readonly paymentStatus?: PaymentStatus;
}

export interface InvoiceExportQuery {
  /** A day of the account's calendar, e.g. `2026-11-01`. */
  readonly from: string;
  /** Not part of it. */
  readonly to: string;
  /** Default `csv`. */
  readonly format?: 'csv' | 'ndjson';
  readonly customerId?: string;
}

export class InvoicesResource {
  constructor(private readonly transport: Transport) {}

  /** Invoices charges by hand now: the price is locked at once, and it is sent and collected like any other invoice. */
  createOneOff(invoice: OneOffInvoiceInput, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: '/invoices/one-off', body: invoice });
  }

  list(query: InvoiceQuery = {}, options?: CallOptions): Promise<Page<InvoiceSummary>> {
    return readPage(this.transport, '/invoices', { ...query }, options);
  }

  all(query: InvoiceQuery = {}, options?: CallOptions): AsyncGenerator<InvoiceSummary, void, void> {
    return readAll(this.transport, '/invoices', { ...query }, options);
  }

  /** With lines and payment history; a live preview until its price is locked. */
  get(id: string, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'GET', path: pathOf(id) });
  }

  /** What a customer's running period comes to as of now; null when no period is running. */
  async preview(customerId: string, options?: CallOptions): Promise<Invoice | null> {
    const { items } = await this.list({ customerId, invoicePriceStatus: 'open', limit: 1 }, options);
    const [open] = items;
    return open === undefined ? null : this.get(open.id, options);
  }

  /** What would be locked and what it comes to; changes nothing. */
  due(query: DueInvoicesQuery = {}, options?: CallOptions): Promise<Page<DueInvoice>> {
    return readPage(this.transport, '/invoices/due', { ...query }, options);
  }

  allDue(query: DueInvoicesQuery = {}, options?: CallOptions): AsyncGenerator<DueInvoice, void, void> {
    return readAll(this.transport, '/invoices/due', { ...query }, options);
  }

  /** How many are still to be locked. */
  runProgress(query: Pick<DueInvoicesQuery, 'asOfTimeInMillis'> = {}, options?: CallOptions): Promise<InvoiceRun> {
    return this.transport.json({ ...options, method: 'GET', path: '/invoices/run', query: { ...query } });
  }

  /** Lets what waits be locked, and tries again what could not be rated. Answers at once. */
  run(query: Pick<DueInvoicesQuery, 'asOfTimeInMillis'> = {}, options?: CallOptions): Promise<InvoiceRun> {
    return this.transport.json({ ...options, method: 'POST', path: '/invoices/run', body: query, isRepeatable: true });
  }

  /** The invoice for people, or `csv` and `json` for programs: the bytes of a file. */
  async document(id: string, format: 'pdf' | 'html' | 'csv' | 'json' = 'pdf', options?: CallOptions): Promise<Uint8Array> {
    const response = await this.transport.open({ ...options, method: 'GET', path: `${pathOf(id)}/document`, query: { format } });
    return new Uint8Array(await response.arrayBuffer());
  }

  /** The lines of all invoices issued in a span of days, to be read as they arrive: one attempt, since half a file cannot be gone on with. */
  async export(query: InvoiceExportQuery, options?: CallOptions): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.transport.open({ ...options, method: 'GET', path: '/invoices/export', query: { ...query } });
    return body ?? new Blob().stream();
  }

  /** Usage of its period that came, or was corrected, after its lock, and what bills it. */
  lateUsage(id: string, options?: CallOptions): Promise<LateUsage> {
    return this.transport.json({ ...options, method: 'GET', path: `${pathOf(id)}/late-usage` });
  }

  /** Why it is what it is: price versions, tiers, days. @param position of one line, counted from 1 */
  explain(id: string, query: { readonly position?: number } = {}, options?: CallOptions): Promise<ExplainedInvoice> {
    return this.transport.json({ ...options, method: 'GET', path: `${pathOf(id)}/explain`, query });
  }

  /** The events that a line counts, a page at a time. */
  explainedEvents(id: string, query: ExplainedEventsQuery, options?: CallOptions): Promise<ExplainedEvents> {
    return this.transport.json({ ...options, method: 'GET', path: `${pathOf(id)}/explain/events`, query: { ...query } });
  }

  /** What a locked invoice would be if it were computed now, and why. */
  differences(id: string, options?: CallOptions): Promise<InvoiceDifferences> {
    return this.transport.json({ ...options, method: 'GET', path: `${pathOf(id)}/differences` });
  }

  /** What a customer's period comes to, as it is or with another plan or other prices. Stores nothing. */
  whatIf(request: PreviewRequest, options?: CallOptions): Promise<InvoicePreview> {
    return this.transport.json({ ...options, method: 'POST', path: '/invoices/preview', body: request, isRepeatable: true });
  }

  /** As `whatIf`, of all customers' running periods, in the order of their ids. */
  async *whatIfForAll(request: WhatIfForAllRequest, options?: CallOptions): AsyncGenerator<ComparedPeriod, void, void> {
    let { cursor } = request;
    do {
      const body = cursor === undefined ? request : { ...request, cursor };
      const page: { readonly customers: readonly ComparedPeriod[]; readonly nextCursor: string | null } = await this.transport.json({ ...options, method: 'POST', path: '/invoices/preview/all', body, isRepeatable: true });
      yield* page.customers;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Sends it to the payment provider: releases it after review, or tries again. */
  send(id: string, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/send` });
  }

  /** Voids it, at the provider too. Final. */
  void(id: string, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/void` });
  }

  /** Gives it up, at the provider too. It can still be sent, paid, marked as paid, or voided. */
  writeOff(id: string, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/write-off` });
  }

  /** The money came in outside the provider. Final. */
  markPaid(id: string, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/mark-paid` });
  }

  /** Money that came in outside a payment provider, all or, where the customer pays by instructions, a part. */
  recordPayment(id: string, payment: PaymentToRecord, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/payments`, body: payment });
  }

  /** Takes a recorded payment back: a fact of its own beside it. */
  reversePayment(id: string, recordedPaymentId: string, reversal: { readonly note?: string } = {}, options?: CallOptions): Promise<Invoice> {
    return this.transport.json({ ...options, method: 'POST', path: `${pathOf(id)}/payments/${segment(recordedPaymentId)}/reverse`, body: reversal });
  }
}

function pathOf(id: string): string {
  return `/invoices/${segment(id)}`;
}
