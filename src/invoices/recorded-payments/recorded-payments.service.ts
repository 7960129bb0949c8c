import { Injectable } from '@nestjs/common';
import { conflict, invalid, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { Database, isUniqueViolation, type Transaction } from '../../platform/database/database.js';
import { isInstructed } from '../collection-route.js';
import { InvoiceClosingService } from '../invoice-closing.service.js';
import { isClosed, payable, type Invoice } from '../invoice.entity.js';
import { closed, InvoicesService, processing, type InvoiceView } from '../invoices.service.js';
import { refusePart, storedReceipt, type NewReceipt } from './planned-receipt.js';
import { Receipts } from './receipts.js';
import { RecordedPayment } from './recorded-payment.entity.js';

/** As event times: clocks differ, a time in another unit differs more. */
const LATEST_AHEAD_IN_MILLIS = 86_400_000;

export interface PaymentInput {
  readonly systemName: string;
  readonly paymentId: string;
  readonly amount: bigint;
  readonly currency: string;
  /** Null: now, by the account's clock. */
  readonly paymentTimeInMillis: number | null;
  readonly note: string | null;
}

/** A person, or the system that reads a bank statement, says what came in outside any provider. */
@Injectable()
export class RecordedPaymentsService {
  constructor(
    private readonly database: Database,
    private readonly invoices: InvoicesService,
    private readonly closing: InvoiceClosingService,
    private readonly receipts: Receipts,
    private readonly registry: PaymentProviderRegistry,
  ) {}

  /**
   * Counts once for each paymentId of a system, however often it is sent. Where the provider gave instructions, parts are taken; an invoice
   * with a document is marked paid there, which takes a payment that covers all of it. What came in beyond is kept as surplus.
   * @throws DomainError `invoice_not_found`; `currency_mismatch`, `payment_in_future` (invalid); `payment_conflict`, `partial_payment`,
   *   `invoice_not_locked`, `invoice_closed`, and what marking paid refuses (conflict)
   */
  async record(accountId: string, invoiceId: string, input: PaymentInput): Promise<InvoiceView> {
    const { invoice } = await this.invoices.get(accountId, invoiceId);
    if (await this.#isRepeated(this.database.reader(), invoice, input)) return this.invoices.get(accountId, invoiceId);
    const receipt = await this.#checked(invoice, input);
    try {
      const isRecorded = await this.database.transaction((tx) => this.#recordHere(tx, accountId, invoiceId, receipt));
      if (!isRecorded) await this.closing.markPaidBy(accountId, invoiceId, this.#payment(receipt));
      const view = await this.invoices.get(accountId, invoiceId);
      // Another payment was on its way there and paid it: this one is told of the end instead of being taken for recorded.
      if (!(await this.#isRepeated(this.database.reader(), invoice, input))) throw closed(view.invoice);
      return view;
    } catch (error) {
      if (isUniqueViolation(error) && (await this.#isRepeated(this.database.reader(), invoice, input))) return this.invoices.get(accountId, invoiceId);
      throw error;
    }
  }

  /**
   * The money did not stay: a returned transfer, a booking on the wrong invoice. A fact of its own; an invoice that was settled stays so
   * and shows what is missing again. Repeated, it changes nothing.
   * @throws DomainError `invoice_not_found`, `payment_not_found`
   */
  async reverse(accountId: string, invoiceId: string, recordedPaymentId: string, note: string | null): Promise<InvoiceView> {
    await this.database.transaction(async (tx) => {
      const invoice = await this.invoices.locked(tx, accountId, invoiceId);
      const payment = await tx.findOne(RecordedPayment, { id: recordedPaymentId, accountId, invoiceId, kind: 'payment' });
      if (!payment) throw notFound('payment', recordedPaymentId);
      const earlier = await tx.count(RecordedPayment, { accountId, reversesId: payment.id });
      if (earlier === 0) await this.receipts.reverse(tx, invoice, payment, note);
    });
    return this.invoices.get(accountId, invoiceId);
  }

  /** @returns false where the document at the provider, or what is left of its making, has to be dealt with first */
  async #recordHere(tx: Transaction, accountId: string, invoiceId: string, receipt: NewReceipt): Promise<boolean> {
    const invoice = await this.invoices.locked(tx, accountId, invoiceId);
    if (invoice.paymentStatus === 'not_needed') throw closed(invoice);
    if (payable(invoice) < 0n) throw conflict('nothing_to_pay', 'The invoice comes to less than nothing: the customer is owed that amount. Pay it back and mark the invoice paid.');
    if (invoice.paymentStatusReason === 'processing') throw processing();
    // Of a settled invoice it is surplus, wherever that was collected.
    if (!isClosed(invoice) && !this.#takesParts(invoice)) return false;
    await this.receipts.record(tx, invoice, receipt);
    return true;
  }

  #payment(receipt: NewReceipt): Parameters<InvoiceClosingService['markPaidBy']>[2] {
    return {
      check: (invoice) => refusePart(invoice, receipt),
      more: (invoice) => ({ receipt: storedReceipt(receipt), surplus: (receipt.amount - invoice.amountOpen).toString() }),
      here: (tx, invoice) => this.receipts.record(tx, invoice, receipt),
    };
  }

  #takesParts({ providerName, connectionId }: Invoice): boolean {
    return connectionId != null && providerName != null && isInstructed(this.registry.get(providerName).describe().capabilities);
  }

  async #isRepeated(tx: Transaction, invoice: Invoice, { systemName, paymentId, amount }: PaymentInput): Promise<boolean> {
    const { accountId } = invoice;
    const earlier = await tx.findOne(RecordedPayment, { accountId, systemName, paymentId, kind: 'payment' });
    if (!earlier) return false;
    if (earlier.invoiceId === invoice.id && earlier.amount === amount) return true;
    throw conflict('payment_conflict', `The payment '${paymentId}' of ${systemName} is recorded already, with another amount or for another invoice. A payment is recorded once; reverse that one if it was wrong.`);
  }

  async #checked(invoice: Invoice, input: PaymentInput): Promise<NewReceipt> {
    const { currency, paymentTimeInMillis, ...rest } = input;
    if (currency.toUpperCase() !== invoice.currency) {
      const message = `amount.currency must be ${invoice.currency}, the currency of the invoice`;
      throw invalid('currency_mismatch', `Invalid request: ${message}.`, [{ field: 'amount.currency', code: 'currency_mismatch', message }]);
    }
    const now = await this.receipts.accountTime(this.database.reader(), invoice);
    if (paymentTimeInMillis !== null && paymentTimeInMillis > now + LATEST_AHEAD_IN_MILLIS) {
      const message = `paymentTimeInSeconds must not be later than the account's time, ${Math.floor(now / 1_000)}; is it in seconds?`;
      throw invalid('payment_in_future', `Invalid request: ${message}`, [{ field: 'paymentTimeInSeconds', code: 'payment_in_future', message }]);
    }
    return { ...rest, paymentTimeInMillis: paymentTimeInMillis ?? now };
  }
}
