import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { Transaction } from '../../platform/database/database.js';
import { isClosed, type Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { InvoiceState } from '../invoice-state.js';
import { receivedStateOf } from '../payment-status.js';
import type { NewReceipt, PlannedReceipt } from './planned-receipt.js';
import { receive, takeBack } from './received-amounts.js';
import { RecordedPayment } from './recorded-payment.entity.js';

/** What comes in outside a provider, as facts and as amounts and status of the invoice. All methods join a transaction that holds its row. */
@Injectable()
export class Receipts {
  constructor(
    private readonly accounts: AccountsService,
    private readonly state: InvoiceState,
    private readonly platform: InvoicePlatform,
  ) {}

  /** @throws a unique violation when this payment of that system is recorded already */
  async record(tx: Transaction, invoice: Invoice, receipt: NewReceipt): Promise<void> {
    receive(invoice, receipt.amount);
    await this.#insert(tx, invoice, { ...receipt, paymentTime: receipt.paymentTimeInMillis, kind: 'payment', reversesId: null });
    await this.platform.events.paymentRecorded(tx, invoice, receipt);
    await this.follow(tx, invoice);
  }

  /** Beside a document that its provider marked paid: the fact, and what came in beyond it; the other amounts are the provider's. */
  async recordBeside(tx: Transaction, invoice: Invoice, { receipt, surplus }: PlannedReceipt): Promise<void> {
    const { accountId } = invoice;
    const { systemName, paymentId } = receipt;
    // Recorded for another invoice between plan and outcome: the provider's answer has to be stored all the same.
    if ((await tx.count(RecordedPayment, { accountId, systemName, paymentId, kind: 'payment' })) > 0) return;
    invoice.amountSurplus += surplus;
    await this.#insert(tx, invoice, { ...receipt, paymentTime: receipt.paymentTimeInMillis, kind: 'payment', reversesId: null });
    await this.platform.events.paymentRecorded(tx, invoice, receipt);
  }

  async reverse(tx: Transaction, invoice: Invoice, payment: RecordedPayment, note: string | null): Promise<void> {
    takeBack(invoice, payment.amount);
    const { systemName, paymentId, amount } = payment;
    await this.#insert(tx, invoice, { systemName, paymentId, amount, note, paymentTime: await this.accountTime(tx, invoice), kind: 'reversal', reversesId: payment.id });
    await this.platform.events.paymentReversed(tx, invoice, payment);
    await this.follow(tx, invoice);
  }

  /** Status by what came in and by the due time. Where it does not wait for the customer (written off, in review), only all of it changes that. */
  async follow(tx: Transaction, invoice: Invoice): Promise<void> {
    if (isClosed(invoice)) return;
    const { clockTargetInMillis } = await this.accounts.getIn(tx, invoice.accountId);
    // A clock on its way may have passed the due time before this is committed, and nobody would come back for it.
    const now = Math.max(await this.accountTime(tx, invoice), clockTargetInMillis ?? 0);
    const due = invoice.dueTimeInMillis ?? null;
    const isPaid = invoice.amountOpen === 0n;
    invoice.dueAt = !isPaid && due !== null && due > now ? due : null;
    if (isPaid) await this.state.set(tx, invoice, receivedStateOf(invoice, now), 'done');
    else if (invoice.paymentInstructions != null && invoice.handOver === 'waiting') await this.state.set(tx, invoice, receivedStateOf(invoice, now), 'waiting');
  }

  async accountTime(tx: Transaction, { accountId }: Pick<Invoice, 'accountId'>): Promise<number> {
    const { clockOffsetInMillis } = await this.accounts.getIn(tx, accountId);
    return this.platform.clock.now() + clockOffsetInMillis;
  }

  async #insert(tx: Transaction, invoice: Invoice, row: Pick<RecordedPayment, 'kind' | 'systemName' | 'paymentId' | 'amount' | 'paymentTime'> & { note: string | null; reversesId: string | null }): Promise<void> {
    const now = this.platform.clock.now();
    const { kind, reversesId, systemName, paymentId, amount, paymentTime, note } = row;
    invoice.updateTime = now;
    tx.create(RecordedPayment, { id: newId('rpm', now), accountId: invoice.accountId, invoiceId: invoice.id, currency: invoice.currency, kind, reversesId, systemName, paymentId, amount, paymentTime, note, createTime: now });
    await tx.flush();
  }
}
