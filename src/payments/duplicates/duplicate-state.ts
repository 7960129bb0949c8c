import { Injectable } from '@nestjs/common';
import { smaller } from '@tollkeeper/kernel';
import type { ProviderInvoice } from '@tollkeeper/payment-provider';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { amountsOf, moneyRow } from '../money-row.js';
import { isInForce, sum } from '../refunds/refundable-amount.js';
import type { Refund } from '../refunds/refund.entity.js';
import { RefundRepository } from '../refunds/refund.repository.js';
import { DuplicateRepository } from './duplicate.repository.js';
import { PaymentDuplicate, type DuplicateKind } from './payment-duplicate.entity.js';
import { surplusOf, type Surplus } from './surplus.js';

/** Finds money taken twice and follows what becomes of it. All methods join a transaction that holds the invoice's row lock. */
@Injectable()
export class DuplicateState {
  readonly #counter;

  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly refunds: RefundRepository,
    private readonly duplicates: DuplicateRepository,
    private readonly clock: ProcessClock,
    private readonly outbox: Outbox,
    metrics: Metrics,
  ) {
    this.#counter = metrics.counter({ name: 'payments_taken_twice_total', help: 'Payments that brought more than was due, by what happened.', labels: ['kind'] });
  }

  /** Looks at the invoice's own document, as it was last observed, and at all that was found before. */
  async examine(tx: Transaction, invoice: Invoice): Promise<void> {
    // Providers tell seconds: of two in the same one the earlier is the one that was seen first.
    const payments = (await this.invoices.payments(tx, invoice.id)).filter(({ status }) => status === 'succeeded').toSorted((a, b) => a.createTime - b.createTime);
    const taken = payments.map(({ providerPaymentId, amount, providerCreateTime }) => ({ providerPaymentId, amount, timeInMillis: providerCreateTime }));
    const isWithdrawn = invoice.providerStatus === 'void';
    const surpluses = surplusOf(taken, isWithdrawn ? 0n : invoice.amountDue, invoice.amountOverpaid);
    await this.#dismiss(tx, invoice, surpluses);
    for (const surplus of surpluses) {
      await this.#record(tx, invoice, invoice.providerInvoiceId ?? '', isWithdrawn ? 'withdrawn_document' : surplus.isSecond ? 'second_payment' : 'overpaid', surplus);
    }
    await this.settle(tx, invoice);
  }

  /** A document with our tags beside the invoice's own: withdrawn and replaced, or a copy made at the provider. Nothing is owed on it. */
  async examineOther(tx: Transaction, invoice: Invoice, document: ProviderInvoice): Promise<void> {
    if (document.id === invoice.providerInvoiceId) return;
    const taken = document.payments.filter(({ status }) => status === 'succeeded').map(({ id, amount, createTimeInMillis }) => ({ providerPaymentId: id, amount, timeInMillis: createTimeInMillis }));
    const kind = invoice.paymentStatus === 'settled' ? 'second_document' : 'withdrawn_document';
    for (const surplus of surplusOf(taken, 0n, document.amountOverpaid)) await this.#record(tx, invoice, document.id, kind, surplus);
    await this.settle(tx, invoice);
  }

  /**
   * What has gone back counts for the oldest first. On the invoice's own document every refund counts that no credit note owns, whichever
   * payment it gave back: rather too little is given back by itself than too much.
   */
  async settle(tx: Transaction, invoice: Invoice): Promise<void> {
    const inForce = (await this.refunds.ofInvoice(tx, invoice.id)).filter((refund) => isInForce(refund) && refund.creditNoteId == null);
    const duplicates = await this.duplicates.ofInvoice(tx, invoice.id);
    const elsewhere = new Set(duplicates.filter(({ providerInvoiceId }) => providerInvoiceId !== invoice.providerInvoiceId).map(({ providerPaymentId }) => providerPaymentId));
    const here = inForce.filter(({ providerPaymentId }) => !elsewhere.has(providerPaymentId));
    let left = sum(here);
    for (const duplicate of duplicates) {
      if (elsewhere.has(duplicate.providerPaymentId)) {
        const own = inForce.filter(({ providerPaymentId }) => providerPaymentId === duplicate.providerPaymentId);
        await this.#settleOne(tx, duplicate, smaller(sum(own), owed(duplicate)), own);
        continue;
      }
      const returned = smaller(left, owed(duplicate));
      left -= returned;
      await this.#settleOne(tx, duplicate, returned, here);
    }
  }

  /** Taken for a payment of another document, before the invoice was known to be that one (a revision, a document of a restored database). Nothing has gone back yet. */
  async #dismiss(tx: Transaction, { id: invoiceId, providerInvoiceId }: Invoice, surpluses: readonly Surplus[]): Promise<void> {
    if (providerInvoiceId == null) return;
    const taken = await tx.find(PaymentDuplicate, { invoiceId, providerInvoiceId, kind: { $in: ['second_document', 'withdrawn_document'] }, status: 'open', amountReturned: 0n, decidedBy: null });
    for (const duplicate of taken.filter(({ providerPaymentId }) => !surpluses.some((surplus) => surplus.providerPaymentId === providerPaymentId))) {
      await this.tell(tx, duplicate, 'payment.duplicate_dismissed');
      tx.remove(duplicate);
    }
    await tx.flush();
  }

  async #settleOne(tx: Transaction, duplicate: PaymentDuplicate, returned: bigint, by: readonly Refund[]): Promise<void> {
    const isOnItsWay = returned > 0n && by.some(({ status }) => status !== 'succeeded');
    const status = owed(duplicate) > returned ? 'open' : isOnItsWay ? 'returning' : 'given_back';
    const before = duplicate.status;
    duplicate.amountReturned = returned;
    if (before === status) return tx.flush();
    const now = this.clock.now();
    const isOver = status === 'given_back';
    const givenBackBy = returned === 0n ? 'customer_balance' : 'refund';
    Object.assign(duplicate, { status, givenBackBy: isOver ? givenBackBy : null, giveBackTime: isOver ? now : null, updateTime: now });
    await tx.flush();
    if (isOver) await this.tell(tx, duplicate, 'payment.duplicate_given_back');
    else if (before === 'given_back' || status === 'open') await this.tell(tx, duplicate, 'payment.duplicate_reopened');
  }

  async #record(tx: Transaction, invoice: Invoice, providerInvoiceId: string, kind: DuplicateKind, surplus: Surplus): Promise<void> {
    const known = await tx.findOne(PaymentDuplicate, { connectionId: invoice.connectionId ?? '', providerPaymentId: surplus.providerPaymentId });
    if (known) {
      known.amountToBalance = surplus.toBalance;
      return;
    }
    const duplicate = tx.create(PaymentDuplicate, {
      ...moneyRow('dup', invoice, this.clock.now()),
      providerInvoiceId,
      kind,
      providerPaymentId: surplus.providerPaymentId,
      amount: surplus.surplus,
      amountToBalance: surplus.toBalance,
      amountReturned: 0n,
      status: 'open',
      providerPaymentTime: surplus.timeInMillis,
    });
    await tx.flush();
    this.#counter.inc({ kind });
    await this.tell(tx, duplicate, 'payment.duplicate_detected');
  }

  async tell(tx: Transaction, duplicate: PaymentDuplicate, type: string): Promise<void> {
    const { accountId, id, customerId, invoiceId, providerInvoiceId, providerPaymentId, kind, status, currency } = duplicate;
    const { amount, amountToBalance, amountReturned } = duplicate;
    const amounts = amountsOf(currency, { amount, amountToBalance, amountReturned });
    const data = { customerId, invoiceId, providerInvoiceId, providerPaymentId, kind, status, ...amounts, givenBackBy: duplicate.givenBackBy ?? null, decidedBy: duplicate.decidedBy ?? null };
    await this.outbox.record(tx, { accountId, type, objectType: 'payment_duplicate', objectId: id, data });
  }
}

/** What the provider has not put on the customer's balance: that is the giving back, and nothing is refunded besides. */
export function owed({ amount, amountToBalance }: Pick<PaymentDuplicate, 'amount' | 'amountToBalance'>): bigint {
  return amount - amountToBalance;
}
