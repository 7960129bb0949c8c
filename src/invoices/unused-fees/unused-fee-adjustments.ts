import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { sql } from '../../platform/database/sql.js';
import { Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { newInvoice } from '../new-invoice.js';
import { lockDueAt } from '../period-close/grace-periods.js';
import { InvoiceRows } from '../period-close/invoice-rows.js';
import { givesBack } from './giving-invoices.js';

/** Fees that no invoice which is still to come would give back, as where a plan is withdrawn on its first day: an adjustment of the invoice that billed them does. */
@Injectable()
export class UnusedFeeAdjustments {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly rows: InvoiceRows,
    private readonly platform: InvoicePlatform,
  ) {}

  /**
   * At the end of the transaction, when the plan that follows is there too: opens what is missing, and withdraws what is not needed any more, as where the customer takes another
   * plan after all. The caller holds the rows of the customers, or of the invoices that billed the fees.
   */
  adjust(tx: Transaction, accountId: string, customerIds: readonly string[]): void {
    this.database.beforeCommit(tx, async () => {
      await this.#open(tx, accountId, customerIds);
      await sql(tx, WITHDRAW, [accountId, customerIds]);
    });
  }

  /** The invoices that billed such fees. */
  async missing(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<Invoice[]> {
    await tx.flush();
    return new EntityRows(tx, Invoice).find(NOT_GIVEN_BACK, [accountId, customerIds]);
  }

  async #open(tx: Transaction, accountId: string, customerIds: readonly string[]): Promise<void> {
    const advances = await this.missing(tx, accountId, customerIds);
    if (advances.length === 0) return;
    const account = await this.accounts.getIn(tx, accountId);
    const now = this.platform.clock.now();
    const graceEndInMillis = now + account.clockOffsetInMillis;
    const adjustments = advances.map(({ id, customerId, currency, unusedFromInMillis, periodEndInMillis }) =>
      newInvoice(
        {
          ...{ accountId, customerId, planId: null, assignmentId: null, kind: 'adjustment', adjustsId: id, currency, periodStartInMillis: unusedFromInMillis!, periodEndInMillis },
          ...{ priceStatus: 'grace_period', graceEndInMillis, dueAt: lockDueAt(account, graceEndInMillis) },
        },
        now,
      ),
    );
    await this.platform.events.priceStatusesChanged(tx, await this.rows.create(tx, adjustments));
  }
}

const NOT_GIVEN_BACK = `account_id = $1 and customer_id = any($2) and unused_from_in_millis is not null and returned_into_id is null
  and price_status = 'price_locked' and payment_status_reason is distinct from 'voided'
  and exists (select from invoice_line as line where line.invoice_id = invoice.id and line.kind = 'fee' and line.amount > 0)
  and not exists (select from invoice as next where ${givesBack('next', 'invoice')}) order by id`;

const WITHDRAW = `
  delete from invoice where account_id = $1 and customer_id = any($2) and kind = 'adjustment' and plan_id is null and price_status <> 'price_locked'
    and exists (select from invoice as advance, invoice as next where advance.id = invoice.adjusts_id and next.adjusts_id is null and ${givesBack('next', 'advance')})`;
