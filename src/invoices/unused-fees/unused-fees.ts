import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { GivenBack } from '../../charges/rated-charges.js';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { sql } from '../../platform/database/sql.js';
import { Invoice } from '../invoice.entity.js';
import { givesBack } from './giving-invoices.js';
import { UnusedFeeAdjustments } from './unused-fee-adjustments.js';

/**
 * Fees that were billed in advance for days on which their plan is not held any more: an invoice of them notes from when on it is not used, and the customer's next invoice to be
 * locked gives that part back, once. Where none is to come, an adjustment does. Likewise what was billed up to an end that is not there any more is billed to where the period ends.
 */
@Injectable()
export class UnusedFees {
  constructor(
    private readonly accounts: AccountsService,
    private readonly adjustments: UnusedFeeAdjustments,
  ) {}

  /** After the assignment's open invoices have taken their new ends. What was given back already stays so: the days after it are billed anew. */
  async note(tx: Transaction, accountId: string, { assignmentId, customerId }: { readonly assignmentId: string; readonly customerId: string }): Promise<void> {
    const { unusedFeePolicy } = await this.accounts.getIn(tx, accountId);
    await sql(
      tx,
      `update invoice as advance set unused_from_in_millis = case when used.until > advance.period_end_in_millis or ($3 and used.until < advance.period_end_in_millis) then used.until end
       from (select billed.id, coalesce(cycle.period_end_in_millis, billed.period_start_in_millis) as until
             from invoice as billed left join invoice as cycle on cycle.account_id = billed.account_id and cycle.assignment_id = billed.assignment_id
               and cycle.period_start_in_millis = billed.period_start_in_millis and cycle.kind in ('cycle', 'final')
             where billed.account_id = $1 and billed.assignment_id = $2 and billed.kind = 'advance' and billed.price_status <> 'open' and billed.returned_into_id is null) as used
       where advance.id = used.id`,
      [accountId, assignmentId, unusedFeePolicy === 'give_back'],
    );
    this.adjustments.adjust(tx, accountId, [customerId]);
  }

  /** Another plan begins: its invoices give back what is not given back yet. */
  followed(tx: Transaction, accountId: string, customerId: string): void {
    this.adjustments.adjust(tx, accountId, [customerId]);
  }

  /**
   * What these invoices give back, by invoice: once they are locked what they gave back, before it what they would. Of a customer's invoices that is the first to be locked.
   * @param invoices of one account
   */
  async of(reader: Transaction, invoices: readonly Invoice[]): Promise<Map<string, Invoice[]>> {
    if (invoices.length === 0) return new Map();
    const pairs = await sql<{ id: string; into_id: string }>(reader, PAIRS, [invoices[0]!.accountId, [...new Set(invoices.map(({ customerId }) => customerId))], invoices.map(({ id }) => id)]);
    if (pairs.length === 0) return new Map();
    const advances = new Map((await new EntityRows(reader, Invoice).find('id = any($1)', [pairs.map(({ id }) => id)])).map((advance) => [advance.id, advance]));
    return new Map([...Map.groupBy(pairs, (pair) => pair.into_id)].map(([intoId, of]) => [intoId, of.map(({ id }) => advances.get(id)!)]));
  }

  /**
   * In the transaction that locks the invoices: what they give back is given back, and of fees among them that are not used by now nothing else may be left to give them back.
   * @throws DomainError `rated_too_early`, where an end was moved since they were rated
   */
  async settle(tx: Transaction, locked: readonly Invoice[], taken: readonly (GivenBack & { readonly intoId: string })[]): Promise<void> {
    const unused = locked.filter(({ kind, unusedFromInMillis }) => kind === 'advance' && unusedFromInMillis != null);
    if (unused.length > 0) this.adjustments.adjust(tx, unused[0]!.accountId, unused.map(({ customerId }) => customerId));
    if (taken.length > 0) await this.#take(tx, taken);
  }

  async #take(tx: Transaction, taken: readonly (GivenBack & { readonly intoId: string })[]): Promise<void> {
    const rows = await sql(
      tx,
      `update invoice set returned_into_id = given.into_id, returned_amount = given.amount
       from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) as given (id, unused_from, into_id, amount)
       where invoice.id = given.id and invoice.unused_from_in_millis = given.unused_from and invoice.returned_into_id is null returning invoice.id`,
      [taken.map(({ invoiceId }) => invoiceId), taken.map(({ unusedFromInMillis }) => unusedFromInMillis), taken.map(({ intoId }) => intoId), taken.map(({ amount }) => amount.toString())],
    );
    if (rows.length < taken.length) throw new DomainError('unavailable', 'rated_too_early', 'An assignment was changed while its invoices were being locked; they are rated again.');
  }
}

const PAIRS = `
  select id, returned_into_id as into_id from invoice where returned_into_id = any($3)
  union all
  select advance.id, next.id from invoice as advance cross join lateral (
    select id from invoice as giving where ${givesBack('giving', 'advance')} order by due_at, kind = 'cycle', id limit 1) as next
  where advance.account_id = $1 and advance.customer_id = any($2) and advance.unused_from_in_millis is not null and advance.returned_into_id is null
    and advance.price_status = 'price_locked' and advance.payment_status_reason is distinct from 'voided' and next.id = any($3)
  order by 1`;
