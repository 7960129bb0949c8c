import { Injectable, Logger } from '@nestjs/common';
import { conflict, DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Invoice } from '../../invoices/invoice.entity.js';
import { InvoiceRepository } from '../../invoices/invoice.repository.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { Cursor } from '../../platform/http/paging.js';
import { RefundPlans, type PlannedRefund } from '../refunds/refund-plans.js';
import { Refund } from '../refunds/refund.entity.js';
import { isInForce, sum } from '../refunds/refundable-amount.js';
import { RefundsService } from '../refunds/refunds.service.js';
import { DuplicateFindings } from './duplicate-findings.js';
import { owed } from './duplicate-state.js';
import type { DuplicateFilter } from './duplicate.repository.js';
import type { DuplicateKind, PaymentDuplicate } from './payment-duplicate.entity.js';

/** Two successes for one object. More than was asked for, or for what nobody asks for any more, needs a person's eye. */
const GIVEN_BACK_AUTOMATICALLY: readonly DuplicateKind[] = ['second_payment', 'second_document'];

type DecidedBy = NonNullable<PaymentDuplicate['decidedBy']>;

/** Gives money taken twice back: on demand, and by itself where the account has chosen so. */
@Injectable()
export class DuplicatesService {
  readonly #logger = new Logger(DuplicatesService.name);

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly invoices: InvoiceRepository,
    private readonly found: DuplicateFindings,
    private readonly plans: RefundPlans,
    private readonly refunds: RefundsService,
  ) {}

  list(accountId: string, filter: DuplicateFilter, limit: number, cursor: Cursor | null): Promise<PaymentDuplicate[]> {
    return this.found.duplicates.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  get(accountId: string, duplicateId: string): Promise<PaymentDuplicate> {
    return this.found.duplicates.get(this.database.reader(), accountId, duplicateId);
  }

  /** @throws DomainError `duplicate_not_found`, `already_given_back`, `collection_running`, `refund_being_read`, `refused_by_provider` */
  async giveBack(accountId: string, duplicateId: string, decidedBy: DecidedBy): Promise<PaymentDuplicate> {
    const { invoiceId } = await this.get(accountId, duplicateId);
    await this.refunds.underLease(invoiceId, async () => {
      await this.refunds.read(invoiceId);
      const planned = await this.database.transaction((tx) => this.#plan(tx, invoiceId, duplicateId, decidedBy));
      await this.refunds.send(accountId, planned).finally(() => this.#settle(invoiceId));
    });
    return this.get(accountId, duplicateId);
  }

  /** After the money of an invoice was looked at. @returns false where it has to be tried again */
  async giveBackAutomatically(accountId: string, invoiceId: string): Promise<boolean> {
    const reader = this.database.reader();
    const open = (await this.found.duplicates.ofInvoice(reader, invoiceId)).filter(({ status, kind }) => status === 'open' && GIVEN_BACK_AUTOMATICALLY.includes(kind));
    if (open.length === 0 || !(await this.accounts.get(accountId)).refundDuplicatesAutomatically) return true;
    // The customer's bank has taken money of the invoice back, perhaps for this very reason: that is for a person to weigh.
    if ((await reader.findOneOrFail(Invoice, { id: invoiceId })).amountDisputed > 0n) return true;
    for (const { id } of open) {
      // Tried once: what the provider has refused, or the bank sent back, waits for a person.
      if ((await reader.count(Refund, { duplicateId: id })) > 0) continue;
      try {
        await this.giveBack(accountId, id, 'account_setting');
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error.code === 'collection_running' || error.code === 'refund_being_read') return false;
        this.#logger.warn(`money taken twice (${id}) could not be given back by itself: ${error.message}`);
      }
    }
    return true;
  }

  async #plan(tx: Transaction, invoiceId: string, duplicateId: string, decidedBy: DecidedBy): Promise<PlannedRefund> {
    const invoice = await this.invoices.lock(tx, invoiceId);
    await this.#refuseUnread(tx, invoice);
    await this.found.state.settle(tx, invoice);
    const duplicate = await this.found.duplicates.lock(tx, duplicateId);
    const amountInMinorUnits = owed(duplicate) - duplicate.amountReturned;
    if (amountInMinorUnits <= 0n) throw conflict('already_given_back', duplicate.status === 'returning' ? 'It is on its way back already.' : `It has been given back (${duplicate.givenBackBy ?? 'refund'}).`);
    const { providerPaymentId, currency } = duplicate;
    const wish = { amount: { amountInMinorUnits, currency }, providerPaymentId, reason: 'Taken twice', duplicateId };
    const planned = duplicate.providerInvoiceId === invoice.providerInvoiceId ? await this.plans.plan(tx, invoice, wish) : await this.plans.planOther(tx, invoice, { ...wish, amount: amountInMinorUnits });
    duplicate.decidedBy = decidedBy;
    duplicate.decideTime = this.found.now();
    await tx.flush();
    await this.found.state.settle(tx, invoice);
    await this.found.state.tell(tx, duplicate, 'payment.duplicate_refund_decided');
    return planned;
  }

  /** Refunded at the provider, and not known here whether it gave this back already; the look at it is on its way. */
  async #refuseUnread(tx: Transaction, invoice: Invoice): Promise<void> {
    const own = new Set((await this.invoices.payments(tx, invoice.id)).map(({ providerPaymentId }) => providerPaymentId));
    const refunds = await tx.find(Refund, { invoiceId: invoice.id, providerRefundId: { $ne: null } });
    const known = sum(refunds.filter((refund) => own.has(refund.providerPaymentId) && isInForce(refund)));
    if (invoice.amountRefunded <= known) return;
    throw new DomainError('conflict', 'refund_being_read', 'Something of this invoice was refunded at the provider just now, and may have given this back. Try again in a few seconds.', { retryAfterInSeconds: 5 });
  }

  #settle(invoiceId: string): Promise<void> {
    return this.database.transaction(async (tx) => this.found.state.settle(tx, await this.invoices.lock(tx, invoiceId)));
  }
}
