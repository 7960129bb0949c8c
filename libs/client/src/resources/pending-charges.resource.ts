import type { DecimalInput, Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

/** What a person charges a customer: on an invoice made for it, or on the customer's next one of a billing period. */
export interface PendingCharge {
  readonly id: string;
  readonly customerId: string;
  readonly status: 'pending' | 'billed';
  /** The invoice that it is on. */
  readonly invoiceId: string | null;
  readonly description: string;
  readonly quantity: string;
  /** Major units. */
  readonly unitPrice: string;
  /** Quantity × unit price, rounded once. */
  readonly amount: Money;
  readonly productItemId: string | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
}

export interface ManualChargeInput {
  readonly description: string;
  /** Above zero; default 1. */
  readonly quantity?: DecimalInput | null;
  /** Major units, not below zero. */
  readonly unitPrice: DecimalInput;
  /** What it is taxed and reported as. */
  readonly productItemId?: string | null;
}

export interface PendingChargeInput extends ManualChargeInput {
  readonly customerId: string;
  /** It waits for an invoice in this currency. */
  readonly currency: string;
}

export interface OneOffInvoiceInput {
  readonly customerId: string;
  readonly currency: string;
  readonly charges: readonly ManualChargeInput[];
  /** The customer is sent the invoice and has so many days; default: what was agreed with the customer, or what the connection says. */
  readonly daysUntilDue?: number | null;
}

export interface PendingChargeQuery extends PageQuery {
  readonly customerId?: string;
  readonly status?: PendingCharge['status'];
}

export class PendingChargesResource {
  constructor(private readonly transport: Transport) {}

  create(charge: PendingChargeInput, options?: CallOptions): Promise<PendingCharge> {
    return this.transport.json({ ...options, method: 'POST', path: '/pending-charges', body: charge });
  }

  get(id: string, options?: CallOptions): Promise<PendingCharge> {
    return this.transport.json({ ...options, method: 'GET', path: `/pending-charges/${segment(id)}` });
  }

  list(query: PendingChargeQuery = {}, options?: CallOptions): Promise<Page<PendingCharge>> {
    return readPage(this.transport, '/pending-charges', { ...query }, options);
  }

  all(query: PendingChargeQuery = {}, options?: CallOptions): AsyncGenerator<PendingCharge, void, void> {
    return readAll(this.transport, '/pending-charges', { ...query }, options);
  }

  /** One that is on no invoice yet. @returns it as it was */
  delete(id: string, options?: CallOptions): Promise<PendingCharge> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/pending-charges/${segment(id)}` });
  }
}
