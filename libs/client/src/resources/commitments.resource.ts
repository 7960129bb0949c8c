import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';
import type { MoneyInput } from './plans.resource.js';

/** What a customer commits to spend. */
export interface Commitment {
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly kind: 'postpaid' | 'prepaid';
  /** When what is missing is billed; null where it is paid in advance. */
  readonly trueUp: 'at_end' | 'each_period' | null;
  readonly status: 'scheduled' | 'active' | 'completed' | 'ended';
  /** For the whole time, or for each billing period. */
  readonly amount: Money;
  /** Epoch milliseconds. Invoices count whose billing period starts in its time. */
  readonly startTimeInMillis: number;
  readonly endTimeInMillis: number;
  /** When it was ended early. */
  readonly endedTimeInMillis: number | null;
  /** What is missing is not billed any more. */
  readonly isTrueUpWaived: boolean;
  /** The invoice of what is paid in advance; null before it starts. */
  readonly purchaseInvoiceId: string | null;
  /** The whole time, or its billing periods. */
  readonly terms: readonly CommitmentTerm[];
  /** Oldest first. */
  readonly uses: readonly CommitmentUse[];
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface CommitmentTerm {
  readonly startTimeInMillis: number;
  readonly endTimeInMillis: number;
  readonly committed: Money;
  readonly used: Money;
  readonly left: Money;
  /** Billed as missing. */
  readonly trueUpBilled: Money;
  /** Taken off invoices, because it was paid in advance. */
  readonly drawn: Money;
  /** It is over, and what was missing is billed or waived. */
  readonly isSettled: boolean;
}

/** What an invoice made of it. */
export interface CommitmentUse {
  readonly invoiceId: string;
  readonly used: Money;
  /** What it bills as missing; below zero where less is missing than was billed. */
  readonly trueUp: Money;
  /** What was taken off it, because it was paid in advance; below zero where it puts back. */
  readonly drawn: Money;
  /** The invoice was voided and counts no more. */
  readonly isReturned: boolean;
}

/** Either until an end or for a number of billing periods. */
export interface CommitmentInput {
  readonly customerId: string;
  readonly name: string;
  readonly kind?: Commitment['kind'];
  readonly trueUp?: 'at_end' | 'each_period' | null;
  readonly amount: MoneyInput;
  /** Default: the start of the running billing period, or today. */
  readonly startTimeInMillis?: number | null;
  readonly endTimeInMillis?: number | null;
  readonly periodCount?: number | null;
}

export interface CommitmentQuery extends PageQuery {
  readonly customerId?: string;
}

export class CommitmentsResource {
  constructor(private readonly transport: Transport) {}

  create(commitment: CommitmentInput, options?: CallOptions): Promise<Commitment> {
    return this.transport.json({ ...options, method: 'POST', path: '/commitments', body: commitment });
  }

  get(id: string, options?: CallOptions): Promise<Commitment> {
    return this.transport.json({ ...options, method: 'GET', path: `/commitments/${segment(id)}` });
  }

  list(query: CommitmentQuery = {}, options?: CallOptions): Promise<Page<Commitment>> {
    return readPage(this.transport, '/commitments', { ...query }, options);
  }

  all(query: CommitmentQuery = {}, options?: CallOptions): AsyncGenerator<Commitment, void, void> {
    return readAll(this.transport, '/commitments', { ...query }, options);
  }

  /** With the running billing period, whose invoice bills what is missing; or with nothing that is missing billed any more. */
  end(id: string, { trueUp = true }: { readonly trueUp?: boolean } = {}, options?: CallOptions): Promise<Commitment> {
    return this.transport.json({ ...options, method: 'DELETE', path: `/commitments/${segment(id)}`, query: { trueUp } });
  }
}
