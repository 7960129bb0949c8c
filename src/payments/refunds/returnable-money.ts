import { Injectable } from '@nestjs/common';
import type { Invoice } from '../../invoices/invoice.entity.js';
import type { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import type { Transaction } from '../../platform/database/database.js';
import { CreditNote } from '../credit-notes/credit-note.entity.js';
import type { Refund } from './refund.entity.js';
import { refundableAmount, sum } from './refundable-amount.js';

/** Money goes back by several ways: refunds, the customer's balance, a bank that takes it. Together they return no more than came in. */
@Injectable()
export class ReturnableMoney {
  /**
   * Joins a transaction that holds the invoice's row lock.
   * @param payments of the invoice. @param refunds of the invoice
   * @returns what is left of all that came in for the invoice, however it came; never less than zero
   */
  async left(tx: Transaction, invoice: Invoice, payments: readonly InvoicePayment[], refunds: readonly Refund[]): Promise<bigint> {
    const succeeded = payments.filter(({ status }) => status === 'succeeded');
    const refundable = succeeded.map((payment) => refundableAmount(payment, refunds.filter(({ providerPaymentId }) => providerPaymentId === payment.providerPaymentId)));
    const refunded = sum(succeeded) - refundable.reduce((total, amount) => total + amount, 0n);
    const left = received(invoice, sum(succeeded)) - refunded - (await this.#toBalance(tx, invoice)) - invoice.amountDisputed;
    return left > 0n ? left : 0n;
  }

  /**
   * By notes, those included that the provider has not answered for; and the surplus, which the provider books by itself. What the provider
   * has credited and no row here tells of yet counts whole: how it went back is not known before it is read.
   */
  async #toBalance(tx: Transaction, { id: invoiceId, amountOverpaid, amountCredited }: Invoice): Promise<bigint> {
    const notes = await tx.find(CreditNote, { invoiceId, status: { $in: ['pending', 'unknown', 'issued'] } });
    const unread = amountCredited - sum(notes.filter(({ status }) => status === 'issued'));
    return notes.reduce((total, { amountToBalance }) => total + amountToBalance, amountOverpaid) + (unread > 0n ? unread : 0n);
  }
}

/** The provider's sum counts money from outside too, but no surplus; what the customer had on the balance paid as well. */
function received({ amountPaid, startingBalance, endingBalance }: Invoice, taken: bigint): bigint {
  const fromBalance = startingBalance == null || endingBalance == null ? 0n : endingBalance - startingBalance;
  return (taken > amountPaid ? taken : amountPaid) + (fromBalance > 0n ? fromBalance : 0n);
}
