import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { InvoiceLease } from '../../invoices/hand-over/invoice-lease.js';
import { InvoiceRefresh } from '../../invoices/hand-over/invoice-refresh.js';
import { InvoicesService } from '../../invoices/invoices.service.js';
import { Database } from '../../platform/database/database.js';
import type { Cursor } from '../../platform/http/paging.js';
import { RefundPlans, type PlannedRefund, type RefundRequest } from './refund-plans.js';
import type { Refund } from './refund.entity.js';
import { RefundRepository, type RefundFilter } from './refund.repository.js';

const CALL_DEADLINE_IN_MILLIS = 15_000;

/** Gives money of an invoice's payments back. Shares the collection's lease, so that nothing is charged or closed meanwhile. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly database: Database,
    private readonly lease: InvoiceLease,
    private readonly invoices: InvoicesService,
    private readonly refresh: InvoiceRefresh,
    private readonly plans: RefundPlans,
    private readonly refunds: RefundRepository,
  ) {}

  list(accountId: string, filter: RefundFilter, limit: number, cursor: Cursor | null): Promise<Refund[]> {
    return this.refunds.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  get(accountId: string, refundId: string): Promise<Refund> {
    return this.refunds.get(this.database.reader(), accountId, refundId);
  }

  /**
   * Answers the refund as far as it got: one whose answer was lost, or that the bank decides later, is answered too, and finished in the
   * background. Asking again is another refund unless it is asked for under the same id, which an Idempotency-Key gives.
   * @throws DomainError `invoice_not_found`, `invoice_not_locked`, `collection_running`, `refused_by_provider`, and as `RefundPlanning.choose`
   */
  async create(accountId: string, invoiceId: string, request: RefundRequest): Promise<Refund> {
    // Checked before the wait, so that an unknown id is answered at once.
    await this.invoices.get(accountId, invoiceId);
    return this.underLease(invoiceId, async () => {
      // What was refunded at the provider meanwhile counts; without an answer the provider itself refuses what is too much.
      await this.refresh.refresh(invoiceId);
      const planned = await this.database.transaction(async (tx) => this.plans.plan(tx, await this.invoices.locked(tx, accountId, invoiceId), request));
      return this.send(accountId, planned);
    });
  }

  /** As the provider has it now: what was refunded there meanwhile counts. @returns false when it could not be asked */
  read(invoiceId: string): Promise<boolean> {
    return this.refresh.refresh(invoiceId);
  }

  /** @throws DomainError `collection_running` */
  underLease<T>(invoiceId: string, work: () => Promise<T>): Promise<T> {
    return this.lease.during(invoiceId, work);
  }

  /** Under the invoice's lease. @throws DomainError `refused_by_provider` */
  async send(accountId: string, { refundId, intentId }: PlannedRefund): Promise<Refund> {
    const intent = await this.plans.run(intentId, CALL_DEADLINE_IN_MILLIS);
    const refund = await this.get(accountId, refundId);
    await this.refresh.refresh(refund.invoiceId);
    if (intent.outcome === 'failed' && refund.status === 'failed') {
      throw conflict('refused_by_provider', `The payment provider refused it: ${refund.failure ?? 'no reason given'}`);
    }
    return refund;
  }
}
