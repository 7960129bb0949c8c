import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoicePlatform } from '../invoice-platform.js';
import { newInvoice } from '../new-invoice.js';
import { InvoiceRows } from '../period-close/invoice-rows.js';

/**
 * What a customer who leaves owes, or is owed, beside the periods that close now: fees in advance to be given back, amounts carried forward, pending charges. Where no period's
 * invoice in their currency is there to take them up, a final one without a plan is opened.
 */
@Injectable()
export class RemainingAmounts {
  constructor(
    private readonly rows: InvoiceRows,
    private readonly platform: InvoicePlatform,
  ) {}

  /** The caller holds the customer's row. @param now account time */
  async open(tx: Transaction, accountId: string, customerId: string, now: number): Promise<void> {
    const currencies = await sql<{ currency: string }>(tx, CURRENCIES, [accountId, customerId]);
    const period = { periodStartInMillis: now, periodEndInMillis: now + 1, graceEndInMillis: now, dueAt: now };
    const finals = currencies.map(({ currency }): Invoice => newInvoice({ ...{ accountId, customerId, planId: null, assignmentId: null, kind: 'final', currency, priceStatus: 'grace_period' }, ...period }, this.platform.clock.now()));
    await this.platform.events.priceStatusesChanged(tx, await this.rows.create(tx, finals));
  }
}

const CURRENCIES = `
  select distinct currency from (
    select currency from invoice where account_id = $1 and customer_id = $2 and payment_status_reason = 'carried_forward' and carried_into_id is null
    union all
    select currency from invoice where account_id = $1 and customer_id = $2 and unused_from_in_millis is not null and returned_into_id is null
      and price_status <> 'open' and payment_status_reason is distinct from 'voided'
    union all
    select currency from manual_charge where account_id = $1 and customer_id = $2 and invoice_id is null) as remaining
  where not exists (select from invoice as taking where taking.account_id = $1 and taking.customer_id = $2 and taking.currency = remaining.currency
    and taking.kind in ('cycle', 'final') and taking.price_status <> 'price_locked')
  order by 1`;
