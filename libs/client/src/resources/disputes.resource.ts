import type { Money } from '../money.js';
import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type DisputeStatus = 'inquiry' | 'open' | 'won' | 'lost' | 'closed_without_loss';

/** A payment that the customer's bank asks about or took back. Its invoice stays settled. */
export interface Dispute {
  readonly id: string;
  readonly customerId: string;
  readonly invoiceId: string;
  readonly paymentProviderName: string;
  readonly providerDisputeId: string;
  readonly providerPaymentId: string;
  /** `bank_return`: the bank could not collect after all. `fraud_warning`: the card's issuer takes it for fraud; a refund may spare the dispute. */
  readonly kind: 'dispute' | 'bank_return' | 'fraud_warning';
  readonly status: DisputeStatus;
  /** The provider's own word. */
  readonly providerStatus: string;
  readonly reason: string;
  readonly amount: Money;
  /** What it holds back at this moment, fees apart. */
  readonly amountWithdrawn: Money;
  /** What the customer owes again, because the bank decided for them. */
  readonly amountLost: Money;
  readonly paymentMethodId: string | null;
  /** Whether that method is not charged automatically because of this. */
  readonly isPaymentMethodFrozen: boolean;
  readonly evidenceDueTimeInMillis: number | null;
  /** When the bank began it, epoch milliseconds. */
  readonly providerCreateTime: number;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface DisputeQuery extends PageQuery {
  readonly customerId?: string;
  readonly invoiceId?: string;
  readonly status?: DisputeStatus;
}

export class DisputesResource {
  constructor(private readonly transport: Transport) {}

  list(query: DisputeQuery = {}, options?: CallOptions): Promise<Page<Dispute>> {
    return readPage(this.transport, '/disputes', { ...query }, options);
  }

  all(query: DisputeQuery = {}, options?: CallOptions): AsyncGenerator<Dispute, void, void> {
    return readAll(this.transport, '/disputes', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<Dispute> {
    return this.transport.json({ ...options, method: 'GET', path: `/disputes/${segment(id)}` });
  }

  /** Gives in to it at the provider. Final. */
  accept(id: string, options?: CallOptions): Promise<Dispute> {
    return this.transport.json({ ...options, method: 'POST', path: `/disputes/${segment(id)}/accept` });
  }
}
