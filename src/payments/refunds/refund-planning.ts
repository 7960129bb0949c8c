import { Injectable } from '@nestjs/common';
import { conflict, invalid, moneyToJson, notFound, smaller, type Money } from '@tollkeeper/kernel';
import { AmountNotRepresentableError, PaymentProviderRegistry, providerCurrency, toProviderUnits } from '@tollkeeper/payment-provider';
import type { InvoicePayment } from '../../invoices/invoice-payment.entity.js';
import type { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { processing } from '../../invoices/invoices.service.js';
import type { Transaction } from '../../platform/database/database.js';
import { RefundRepository } from './refund.repository.js';
import { refundableAmount } from './refundable-amount.js';
import { ReturnableMoney } from './returnable-money.js';

export interface RefundChoice {
  /** Null: all that is left of the payment. */
  readonly amount: Money | null;
  /** Null: the one payment there is. */
  readonly providerPaymentId: string | null;
}

/** Which payment is given back, and how much: never more than was charged, less what has gone back by any way or is on its way. */
@Injectable()
export class RefundPlanning {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly refunds: RefundRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly returnable: ReturnableMoney,
  ) {}

  /**
   * Joins a transaction that holds the invoice's row lock, so that two wishes never count on the same money.
   * @throws DomainError `invalid_amount`, `refund_exceeds_payment`, `payment_required`, `payment_not_found`; `refunds_not_supported`,
   *   `not_paid_through_provider`, `payment_processing`, `nothing_to_refund` (conflict)
   */
  async choose(tx: Transaction, invoice: Invoice, { amount, providerPaymentId }: RefundChoice): Promise<{ payment: InvoicePayment; amount: bigint }> {
    this.#check(invoice, amount);
    const left = await this.#left(tx, invoice);
    const payment = pick(left, providerPaymentId);
    const most = left.get(payment) ?? 0n;
    if (most === 0n) throw nothingLeft();
    const wanted = amount?.amountInMinorUnits ?? most;
    if (wanted > most) throw tooMuch(wanted, most, invoice.currency);
    return { payment, amount: wanted };
  }

  async #left(tx: Transaction, invoice: Invoice): Promise<Map<InvoicePayment, bigint>> {
    const payments = await this.invoices.payments(tx, invoice.id);
    const succeeded = payments.filter(({ status }) => status === 'succeeded');
    if (succeeded.length === 0) {
      if (payments.some(({ status }) => status === 'processing')) throw processing();
      throw conflict('not_paid_through_provider', `No payment of this invoice went through the provider (it is ${invoice.paymentStatus}${reasonOf(invoice)}), so there is nothing it could give back.`);
    }
    const refunds = await this.refunds.ofInvoice(tx, invoice.id);
    const together = await this.returnable.left(tx, invoice, payments, refunds);
    return new Map(succeeded.map((payment) => [payment, smaller(together, refundableAmount(payment, refunds.filter((refund) => refund.providerPaymentId === payment.providerPaymentId)))]));
  }

  /** Of all that came in for the invoice, what has not gone back by any way. Joins a transaction that holds the invoice's row lock. */
  async left(tx: Transaction, invoice: Invoice): Promise<bigint> {
    return this.returnable.left(tx, invoice, await this.invoices.payments(tx, invoice.id), await this.refunds.ofInvoice(tx, invoice.id));
  }

  #check(invoice: Invoice, amount: Money | null): void {
    const name = invoice.providerName ?? '';
    const provider = this.registry.has(name) ? this.registry.get(name).describe() : null;
    if (provider && !provider.capabilities.refunds) throw conflict('refunds_not_supported', `${provider.displayName} cannot give money back; return it by another way.`);
    if (amount === null) return;
    checkAmount(invoice, amount);
    try {
      if (provider) toProviderUnits(amount.amountInMinorUnits, providerCurrency(invoice.currency, provider.currencies));
    } catch (error) {
      if (error instanceof AmountNotRepresentableError && error.code === 'amount_not_representable') throw wrongAmount(error.message);
      throw error;
    }
  }
}

function pick(left: ReadonlyMap<InvoicePayment, bigint>, providerPaymentId: string | null): InvoicePayment {
  const payments = [...left.keys()];
  if (providerPaymentId !== null) {
    const named = payments.find((payment) => payment.providerPaymentId === providerPaymentId);
    if (!named) throw notFound('payment', providerPaymentId);
    return named;
  }
  const open = payments.filter((payment) => (left.get(payment) ?? 0n) > 0n);
  const [first] = open;
  if (!first) throw nothingLeft();
  if (open.length === 1) return first;
  const message = `The invoice has several payments; name one of ${open.map((payment) => payment.providerPaymentId).join(', ')} in providerPaymentId.`;
  throw invalid('payment_required', message, [{ field: 'providerPaymentId', code: 'missing_field', message: 'providerPaymentId is required' }]);
}

/** @throws DomainError `invalid_amount` */
export function checkAmount({ currency }: Invoice, amount: Money): void {
  if (amount.amountInMinorUnits <= 0n) throw wrongAmount('The amount must be more than zero.');
  if (amount.currency.toUpperCase() !== currency) throw wrongAmount(`The amount must be in the invoice's currency ${currency}.`);
}

function wrongAmount(message: string): Error {
  return invalid('invalid_amount', `Invalid request: ${message}`, [{ field: 'amount', code: 'invalid_amount', message }]);
}

function tooMuch(wanted: bigint, most: bigint, currency: string): Error {
  const text = (amountInMinorUnits: bigint): string => moneyToJson({ amountInMinorUnits, currency }).amountInMinorUnits;
  const message = `${text(wanted)} minor units of ${currency} are more than the ${text(most)} that are left of the payment, less what has gone back or is on its way.`;
  return invalid('refund_exceeds_payment', message, [{ field: 'amount', code: 'refund_exceeds_payment', message }]);
}

function nothingLeft(): Error {
  return conflict('nothing_to_refund', 'All of it has been given back, or is on its way.');
}

function reasonOf({ paymentStatusReason }: Invoice): string {
  return paymentStatusReason == null ? '' : `, ${paymentStatusReason}`;
}
