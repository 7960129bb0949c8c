import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type PaymentDuplicateStatus = 'open' | 'returning' | 'given_back';

/** Money that was taken beyond what was due. */
export interface PaymentDuplicate {
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  readonly providerInvoiceId: string;
  readonly providerPaymentId: string;
  readonly kind: 'second_payment' | 'second_document' | 'overpaid' | 'withdrawn_document';
  readonly amount: Money;
  /** Put on the customer's balance by the provider: given back already. */
  readonly amountToBalance: Money;
  /** Refunded, or on its way. */
  readonly amountReturned: Money;
  readonly status: PaymentDuplicateStatus;
  readonly givenBackBy: 'refund' | 'customer_balance' | null;
  readonly decidedBy: 'account_setting' | 'request' | null;
  /** Epoch milliseconds. */
  readonly decideTime: number | null;
  readonly giveBackTime: number | null;
  readonly createTime: number;
  readonly updateTime: number;
}

export interface PaymentDuplicateQuery extends PageQuery {
  readonly customerId?: string;
  readonly invoiceId?: string;
  readonly status?: PaymentDuplicateStatus;
}

export class PaymentDuplicatesResource {
  constructor(private readonly transport: Transport) {}

  list(query: PaymentDuplicateQuery = {}, options?: CallOptions): Promise<Page<PaymentDuplicate>> {
    return readPage(this.transport, '/payments/duplicates', { ...query }, options);
  }

  all(query: PaymentDuplicateQuery = {}, options?: CallOptions): AsyncGenerator<PaymentDuplicate, void, void> {
    return readAll(this.transport, '/payments/duplicates', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<PaymentDuplicate> {
    return this.transport.json({ ...options, method: 'GET', path: `/payments/duplicates/${segment(id)}` });
  }

  /** Gives back what the provider has not put on the customer's balance already. */
  refund(id: string, options?: CallOptions): Promise<PaymentDuplicate> {
    return this.transport.json({ ...options, method: 'POST', path: `/payments/duplicates/${segment(id)}/refund` });
  }
}
