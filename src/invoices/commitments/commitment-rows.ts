import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { sql } from '../../platform/database/sql.js';
import type { Invoice } from '../invoice.entity.js';
import { CommitmentTerm } from './commitment-term.entity.js';
import { CommitmentUse } from './commitment-use.entity.js';
import type { Commitment } from './commitment.entity.js';

/** A term with what it is part of. */
export interface HeldTerm extends CommitmentTerm {
  readonly commitment: Pick<Commitment, 'id' | 'name' | 'kind' | 'purchaseInvoiceId'>;
  readonly isTrueUpWaived: boolean;
  /** A person ended the commitment, or the customer left. */
  readonly isEnded: boolean;
  /** The invoice of what is paid in advance is locked and was not voided. */
  readonly isPurchased: boolean;
}

interface CommitmentRow {
  readonly id: string;
  readonly name: string;
  readonly kind: Commitment['kind'];
  readonly purchase_invoice_id: string | null;
  readonly is_true_up_waived: boolean;
  readonly is_ended: boolean;
  readonly is_purchased: boolean;
}

/** What a locked invoice has of a term. */
export interface StoredUse extends Pick<CommitmentUse, 'invoiceId' | 'trueUp' | 'drawn'> {
  readonly commitment: Pick<Commitment, 'id' | 'name' | 'kind'>;
}

/** An invoice that is not locked and will count. */
export interface ComingInvoice {
  readonly id: string;
  readonly termId: string;
  readonly periodEndInMillis: number;
  readonly dueAt: number | null;
}

/** By what else is billed of a period than usage after its lock. */
const CLOSING_KINDS = `('cycle', 'advance', 'final')`;

/** Terms and their uses by the thousand. */
@Injectable()
export class CommitmentRows {
  /** Those that invoices of these customers can count for. @param isForUpdate locks them until the transaction ends, in the order of their ids */
  async held(tx: Transaction, invoices: readonly Invoice[], isForUpdate: boolean): Promise<HeldTerm[]> {
    const starts = invoices.map(({ periodStartInMillis }) => periodStartInMillis);
    const customerIds = [...new Set(invoices.map(({ customerId }) => customerId))];
    const terms = await new EntityRows(tx, CommitmentTerm).find(
      `account_id = $1 and customer_id = any($2) and start_in_millis <= $3 and end_in_millis > $4 order by id ${isForUpdate ? 'for update' : ''}`,
      [invoices[0]!.accountId, customerIds, Math.max(...starts), Math.min(...starts)],
    );
    return terms.length === 0 ? [] : this.#withCommitments(tx, terms);
  }

  /** One, until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<HeldTerm> {
    return (await this.#withCommitments(tx, await new EntityRows(tx, CommitmentTerm).find('id = $1 for update', [id])))[0]!;
  }

  async accountsDue(reader: Transaction, now: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(reader, 'select account.id from account where exists (select 1 from commitment_term as term where term.account_id = account.id and term.due_at <= $1 + account.clock_offset_in_millis)', [now]);
    return rows.map(({ id }) => id);
  }

  async nextDueAt(reader: Transaction, accountId: string, until: number): Promise<number | null> {
    const [next] = await sql<{ due_at: string }>(reader, 'select due_at from commitment_term where account_id = $1 and due_at <= $2 order by due_at limit 1', [accountId, until]);
    return next ? Number(next.due_at) : null;
  }

  /** @param wanted.customerId null: of all customers */
  async due(reader: Transaction, { accountId, asOf, customerId, limit }: { accountId: string; asOf: number; customerId: string | null; limit: number }): Promise<{ id: string; customerId: string }[]> {
    const rows = await sql<{ id: string; customer_id: string }>(
      reader,
      'select id, customer_id from commitment_term where account_id = $1 and due_at <= $2 and customer_id = coalesce($3, customer_id) order by due_at, id limit $4',
      [accountId, asOf, customerId, limit],
    );
    return rows.map((row) => ({ id: row.id, customerId: row.customer_id }));
  }

  async #withCommitments(tx: Transaction, terms: readonly CommitmentTerm[]): Promise<HeldTerm[]> {
    const rows = await sql<CommitmentRow>(
      tx,
      `select commitment.id, commitment.name, commitment.kind, commitment.purchase_invoice_id, commitment.is_true_up_waived, commitment.ended_time is not null as is_ended,
         coalesce(purchase.price_status = 'price_locked' and purchase.payment_status_reason is distinct from 'voided', false) as is_purchased
       from commitment left join invoice as purchase on purchase.id = commitment.purchase_invoice_id where commitment.id = any($1)`,
      [[...new Set(terms.map(({ commitmentId }) => commitmentId))]],
    );
    const commitments = new Map(rows.map((row) => [row.id, row]));
    return terms.map((term) => {
      const { id, name, kind, ...row } = commitments.get(term.commitmentId)!;
      return { ...term, commitment: { id, name, kind, purchaseInvoiceId: row.purchase_invoice_id }, isTrueUpWaived: row.is_true_up_waived, isEnded: row.is_ended, isPurchased: row.is_purchased };
    });
  }

  /** What will count for these terms beside the invoices named, in the order in which it closes. After terms were locked: of two invoices that are locked at once, one sees the other. */
  async coming(tx: Transaction, termIds: readonly string[], invoiceIds: readonly string[]): Promise<ComingInvoice[]> {
    const rows = await sql<{ id: string; term_id: string; period_end_in_millis: string; due_at: string | null }>(
      tx,
      `select invoice.id, term.id as term_id, invoice.period_end_in_millis, invoice.due_at
       from commitment_term as term join invoice on invoice.account_id = term.account_id and invoice.customer_id = term.customer_id and invoice.currency = term.currency
         and invoice.period_start_in_millis >= term.start_in_millis and invoice.period_start_in_millis < term.end_in_millis
       where term.id = any($1) and invoice.price_status <> 'price_locked' and invoice.kind in ${CLOSING_KINDS} and invoice.id <> all($2)
       order by invoice.period_end_in_millis, invoice.id`,
      [termIds, invoiceIds],
    );
    return rows.map((row) => ({ id: row.id, termId: row.term_id, periodEndInMillis: Number(row.period_end_in_millis), dueAt: row.due_at === null ? null : Number(row.due_at) }));
  }

  /** Those of these terms up to whose end invoices have been counted. After terms were locked, as `coming`. */
  async reached(tx: Transaction, termIds: readonly string[]): Promise<Set<string>> {
    const rows = await sql<{ id: string }>(
      tx,
      `select distinct term.id from commitment_term as term join commitment_use as one on one.commitment_term_id = term.id and one.returned_time is null join invoice on invoice.id = one.invoice_id
       where term.id = any($1) and invoice.period_end_in_millis >= term.end_in_millis`,
      [termIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Of locked invoices, and of those that were made to bill what is missing. */
  async stored(reader: Transaction, invoiceIds: readonly string[]): Promise<StoredUse[]> {
    const rows = await sql<{ invoice_id: string; true_up: string; drawn: string; id: string; name: string; kind: Commitment['kind'] }>(
      reader,
      `select one.invoice_id, one.true_up, one.drawn, commitment.id, commitment.name, commitment.kind
       from commitment_use as one join commitment_term as term on term.id = one.commitment_term_id join commitment on commitment.id = term.commitment_id
       where one.invoice_id = any($1) and (one.true_up <> 0 or one.drawn <> 0) order by term.id`,
      [invoiceIds],
    );
    return rows.map((row) => ({ invoiceId: row.invoice_id, trueUp: BigInt(row.true_up), drawn: BigInt(row.drawn), commitment: { id: row.id, name: row.name, kind: row.kind } }));
  }

  /** In the transaction that locked the terms: their sums as they are now, and the uses that made them so. */
  async store(tx: Transaction, terms: readonly CommitmentTerm[], uses: readonly CommitmentUse[]): Promise<void> {
    await new EntityRows(tx, CommitmentTerm).update(terms, ['used', 'trueUp', 'drawn', 'settledTime', 'dueAt']);
    await new EntityRows(tx, CommitmentUse).insert(uses);
  }

  /** The invoice of what is paid in advance, once. */
  async notePurchase(tx: Transaction, commitmentId: string, invoiceId: string): Promise<void> {
    await sql(tx, 'update commitment set purchase_invoice_id = $2 where id = $1', [commitmentId, invoiceId]);
  }

  /** The invoices were voided: they count no more, and what is missing by it is asked for when the grace of the account is over. @returns the terms that have got something back */
  async giveBack(tx: Transaction, invoiceIds: readonly string[], now: number): Promise<HeldTerm[]> {
    const terms = await sql<{ id: string }>(tx, 'select id from commitment_term where id in (select commitment_term_id from commitment_use where invoice_id = any($1) and returned_time is null) order by id for update', [invoiceIds]);
    if (terms.length === 0) return [];
    await sql(
      tx,
      `with returned as (
         update commitment_use set returned_time = $2 where invoice_id = any($1) and returned_time is null returning commitment_term_id, amount, true_up, drawn
       ), by_term as (
         select commitment_term_id, sum(amount) as amount, sum(true_up) as true_up, sum(drawn) as drawn from returned group by 1
       )
       update commitment_term as term set used = term.used - by_term.amount, true_up = term.true_up - by_term.true_up, drawn = term.drawn - by_term.drawn,
         due_at = case when term.settled_time is null then term.due_at else $2 + account.clock_offset_in_millis + account.grace_period_in_hours * 3600000 end
       from by_term, account where term.id = by_term.commitment_term_id and account.id = term.account_id`,
      [invoiceIds, now],
    );
    return this.#withCommitments(tx, await new EntityRows(tx, CommitmentTerm).find('id = any($1)', [terms.map(({ id }) => id)]));
  }
}
