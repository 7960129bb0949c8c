import { Injectable } from '@nestjs/common';
import type { ProviderRefund } from '@tollkeeper/payment-provider';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { amountsOf, moneyRow } from '../money-row.js';
import { Refund, type RefundOrigin, type RefundStatus } from './refund.entity.js';

type NewRefund = Pick<Refund, 'providerPaymentId' | 'amount'> & { readonly origin: RefundOrigin } & Partial<Pick<Refund, 'id' | 'reason' | 'creditNoteId' | 'duplicateId' | 'providerRefundId'>>;

/** The only place that makes refunds and changes their status. All methods join a transaction that holds the invoice's row lock. */
@Injectable()
export class RefundState {
  constructor(
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
  ) {}

  /** A row before the provider is asked: from now on its amount is spoken for. */
  async begin(tx: Transaction, invoice: Invoice, refund: NewRefund): Promise<Refund> {
    const row = this.#create(tx, invoice, refund);
    await tx.flush();
    await this.#tell(tx, row);
    return row;
  }

  /**
   * Takes over how a refund stands at the provider; one nobody here knows becomes a row of its own. An older look never replaces a newer
   * one, and what has failed stays failed: the money is with the payment again, and giving it back anew is another refund.
   * @param row the refund it is, null where it was made at the provider
   */
  async observe(tx: Transaction, invoice: Invoice, row: Refund | null, snapshot: ProviderRefund, requestStart: number, creditNoteId: string | null = null): Promise<Refund> {
    const origin: RefundOrigin = creditNoteId === null ? 'provider' : 'credit_note';
    const refund = row ?? this.#create(tx, invoice, { providerPaymentId: snapshot.providerPaymentId ?? '', amount: snapshot.amount, origin, reason: snapshot.reason });
    const isNews = row === null || row.providerRefundId == null;
    refund.providerRefundId ??= snapshot.id;
    if (creditNoteId !== null) refund.creditNoteId ??= creditNoteId;
    if (refund.creditNoteId != null && refund.origin === 'provider') refund.origin = 'credit_note';
    if (!isNews && (requestStart < refund.observedAt || isOver(refund))) return refund;
    refund.observedAt = Math.max(requestStart, refund.observedAt);
    refund.providerStatus = snapshot.providerStatus;
    await this.set(tx, refund, snapshot.status, snapshot.failure, row === null);
    return refund;
  }

  async set(tx: Transaction, refund: Refund, status: RefundStatus, failure: string | null, isNew = false): Promise<void> {
    const changed = isNew || refund.status !== status;
    refund.status = status;
    refund.failure = failure;
    if (changed) refund.updateTime = this.clock.now();
    await tx.flush();
    if (changed) await this.#tell(tx, refund);
  }

  #create(tx: Transaction, invoice: Invoice, refund: NewRefund): Refund {
    return tx.create(Refund, { ...moneyRow('ref', invoice, this.clock.now()), status: 'pending', observedAt: 0, ...refund });
  }

  /** `refund.<status>`. */
  #tell(tx: Transaction, refund: Refund): Promise<void> {
    const { accountId, id, status, customerId, invoiceId, providerPaymentId, origin, currency } = refund;
    return this.outbox.record(tx, {
      accountId,
      type: `refund.${status}`,
      objectType: 'refund',
      objectId: id,
      data: {
        customerId,
        invoiceId,
        providerPaymentId,
        providerRefundId: refund.providerRefundId ?? null,
        creditNoteId: refund.creditNoteId ?? null,
        duplicateId: refund.duplicateId ?? null,
        origin,
        status,
        ...amountsOf(currency, { amount: refund.amount }),
        failure: refund.failure ?? null,
      },
    });
  }
}

function isOver({ status }: Refund): boolean {
  return status === 'failed' || status === 'canceled';
}
