import { Injectable } from '@nestjs/common';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { CommitmentTerm } from './commitment-term.entity.js';

/** Invoices that were locked before their commitment was known: one that starts in the past counts them as if it had been there. */
@Injectable()
export class EarlierInvoices {
  constructor(private readonly clock: ProcessClock) {}

  /** In the transaction that creates these terms, of one customer. */
  async count(tx: Transaction, terms: readonly CommitmentTerm[]): Promise<void> {
    const { accountId, customerId, currency } = terms[0]!;
    // One that is being locked now is waited for, and one that is locked later finds the terms.
    await sql(tx, `select 1 from invoice where account_id = $1 and customer_id = $2 and currency = $3 and price_status <> 'price_locked' order by id for update`, [accountId, customerId, currency]);
    await sql(tx, COUNT, [terms.map(({ id }) => id), this.clock.now()]);
    const sums = await sql<{ id: string; amount: string }>(tx, 'select commitment_term_id as id, sum(amount) as amount from commitment_use where commitment_term_id = any($1) group by 1', [terms.map(({ id }) => id)]);
    for (const { id, amount } of sums) terms.find((term) => term.id === id)!.used = BigInt(amount);
  }
}

/** What is charged by hand, and what was carried in, belongs to no period. */
const COUNT = `
  insert into commitment_use (commitment_term_id, invoice_id, account_id, amount, true_up, drawn, create_time)
  select term.id, invoice.id, term.account_id, coalesce((select sum(line.amount) from invoice_line as line where line.invoice_id = invoice.id and line.kind not in ('charge', 'carried')), 0), 0, 0, $2
  from commitment_term as term join invoice on invoice.account_id = term.account_id and invoice.customer_id = term.customer_id and invoice.currency = term.currency
    and invoice.period_start_in_millis >= term.start_in_millis and invoice.period_start_in_millis < term.end_in_millis
  where term.id = any($1) and invoice.price_status = 'price_locked' and invoice.kind in ('cycle', 'advance', 'final', 'adjustment') and invoice.payment_status_reason is distinct from 'voided'`;
