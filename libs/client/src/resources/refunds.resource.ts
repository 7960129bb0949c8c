import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type RefundStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled' | 'unknown';

export interface Refund {
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  readonly providerPaymentId: string;
  /** Null until the provider has answered. */
  readonly providerRefundId: string | null;
  /** The credit note that owns it. */
  readonly creditNoteId: string | null;
  /** The money taken twice that it gives back. */
  readonly duplicateId: string | null;
  readonly origin: 'here' | 'provider' | 'duplicate' | 'credit_note';
  readonly reason: string | null;
  /** `unknown`: its answer was lost and is being asked for. `failed` and `canceled` leave the money with the payment. */
  readonly status: RefundStatus;
  readonly providerStatus: string | null;
  readonly amount: Money;
  readonly failureMessage: string | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface NewRefund {
  /** Default: all that is left of the payment. */
  readonly amount?: { readonly amountInMinorUnits: string | number; readonly currency: string } | null;
  /** Needed where the invoice has several payments. */
  readonly providerPaymentId?: string | null;
  readonly reason?: string | null;
  /** Gives it back by a credit note, which owns the refund and returns the tax of it; without one, no tax goes back. */
  readonly creditNote?: boolean | null;
}

export interface RefundQuery extends PageQuery {
  readonly customerId?: string;
  readonly invoiceId?: string;
}

export class RefundsResource {
  constructor(private readonly transport: Transport) {}

  /** Gives money of an invoice back. Safe to repeat under one Idempotency-Key; without one, a second call is a second refund. */
  create(invoiceId: string, refund: NewRefund = {}, options?: CallOptions): Promise<Refund> {
    return this.transport.json({ ...options, method: 'POST', path: `/invoices/${segment(invoiceId)}/refunds`, body: refund });
  }

  list(query: RefundQuery = {}, options?: CallOptions): Promise<Page<Refund>> {
    return readPage(this.transport, '/refunds', { ...query }, options);
  }

  all(query: RefundQuery = {}, options?: CallOptions): AsyncGenerator<Refund, void, void> {
    return readAll(this.transport, '/refunds', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<Refund> {
    return this.transport.json({ ...options, method: 'GET', path: `/refunds/${segment(id)}` });
  }
}
