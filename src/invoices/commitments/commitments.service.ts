import { LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { newId, notFound, parseCurrency } from '@tollkeeper/kernel';
import { AssignmentDays } from '../../catalog/assignment-days.js';
import type { ListRange } from '../../catalog/catalog.repository.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { afterCursor } from '../../platform/http/paging.js';
import { Commitment, type CommitmentKind, type TrueUp } from './commitment.entity.js';
import { CommitmentPeriods } from './commitment-periods.js';
import { CommitmentPlatform } from './commitment-platform.js';
import { CommitmentSettlement } from './commitment-settlement.js';
import { CommitmentTerm } from './commitment-term.entity.js';
import { CommitmentUse } from './commitment-use.entity.js';
import { commitmentExists, commitmentOver, emptyCommitment, otherCurrency, trueUpOfPrepaid, unknownCustomer } from './commitments.errors.js';
import { EarlierInvoices } from './earlier-invoices.js';

const CREATION_ORDER = { createTime: 'asc', id: 'asc' } as const;

export interface NewCommitment {
  /** The same where the same request comes again: what it made is there, and goes on from there. Default: a new one. */
  readonly id?: string | undefined;
  readonly customerId: string;
  readonly name: string;
  /** Default `postpaid`. */
  readonly kind?: CommitmentKind | undefined;
  /** Default of a postpaid one: `at_end`. */
  readonly trueUp?: TrueUp | null | undefined;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly startTimeInMillis?: number | null | undefined;
  readonly endTimeInMillis?: number | null | undefined;
  readonly periodCount?: number | null | undefined;
}

/** A commitment with how far it is. */
export interface CommitmentView {
  readonly commitment: Commitment;
  /** In their order. */
  readonly terms: readonly CommitmentTerm[];
  /** Oldest first. */
  readonly uses: readonly CommitmentUse[];
  /** The account's time. */
  readonly nowInMillis: number;
}

/** What customers have committed to. */
@Injectable()
export class CommitmentsService {
  constructor(
    private readonly database: Database,
    private readonly days: AssignmentDays,
    private readonly periods: CommitmentPeriods,
    private readonly earlier: EarlierInvoices,
    private readonly settlement: CommitmentSettlement,
    private readonly platform: CommitmentPlatform,
  ) {}

  /**
   * @throws DomainError `unknown_customer`, `empty_commitment`, `unknown_currency`, `invalid_true_up`, `commitment_exists`, `commitment_in_other_currency`, and what `CommitmentPeriods.of` throws
   */
  async create(accountId: string, input: NewCommitment): Promise<CommitmentView> {
    const { customerId, name, kind = 'postpaid', amount } = input;
    const currency = parseCurrency(input.currency);
    if (amount <= 0n) throw emptyCommitment();
    if (kind === 'prepaid' && input.trueUp != null) throw trueUpOfPrepaid();
    const trueUp = kind === 'prepaid' ? null : (input.trueUp ?? 'at_end');
    const id = input.id ?? newId('com', this.platform.clock.now());
    const now = await this.database.transaction(async (tx) => {
      const today = await this.days.todayIn(tx, accountId);
      await this.#holdCustomer(tx, accountId, customerId);
      if (await tx.findOne(Commitment, { accountId, id })) return today.now;
      const wanted = { customerId, currency, trueUp, startTimeInMillis: input.startTimeInMillis ?? null, endTimeInMillis: input.endTimeInMillis ?? null, periodCount: input.periodCount ?? null };
      const spans = await this.periods.of(tx, accountId, wanted, today);
      const [startInMillis, endInMillis] = [spans[0]!.startInMillis, spans.at(-1)!.endInMillis];
      await this.#refuseUnfit(tx, { accountId, customerId, currency, startInMillis, endInMillis });
      const created = this.platform.clock.now();
      const commitment = tx.create(Commitment, { id, accountId, customerId, name, kind, trueUp, amount, currency, startInMillis, endInMillis, endedTime: null, isTrueUpWaived: false, purchaseInvoiceId: null, createTime: created, updateTime: created });
      await tx.flush();
      const sums = { used: 0n, trueUp: 0n, drawn: 0n, settledTime: null };
      const terms = spans.map((span, position) => tx.create(CommitmentTerm, { id: newId('ctm', created), accountId, customerId, commitmentId: id, position, currency, ...span, amount, ...sums, dueAt: kind === 'prepaid' ? span.startInMillis : span.endInMillis }));
      await tx.flush();
      if (kind === 'postpaid') await this.earlier.count(tx, terms);
      await this.platform.events.created(tx, commitment);
      return today.now;
    });
    // What is paid in advance is billed at once, if it has started; what dies here is done by the worker.
    if (kind === 'prepaid') await this.settlement.runDue(accountId, now, customerId);
    return this.get(accountId, id);
  }

  /** @throws DomainError `commitment_not_found` */
  async get(accountId: string, id: string): Promise<CommitmentView> {
    const reader = this.database.reader();
    const commitment = await reader.findOne(Commitment, { accountId, id });
    if (!commitment) throw notFound('commitment', id);
    return (await this.#views(reader, accountId, [commitment]))[0]!;
  }

  async list(accountId: string, filter: { customerId?: string }, range: ListRange): Promise<CommitmentView[]> {
    const reader = this.database.reader();
    return this.#views(reader, accountId, await reader.find(Commitment, { accountId, ...filter, ...afterCursor(range.after) }, { orderBy: CREATION_ORDER, limit: range.limit }));
  }

  /**
   * Ends it with now: the running billing period is the last one that counts, and its invoice bills what is missing; terms that have not begun are taken back. Where what is missing
   * is waived, nothing of it is billed from now on, whatever was voided or is still to come.
   * @throws DomainError `commitment_not_found`, `commitment_ended`
   */
  async end(accountId: string, id: string, withTrueUp: boolean): Promise<CommitmentView> {
    await this.database.transaction(async (tx) => {
      const found = await tx.findOne(Commitment, { accountId, id });
      if (!found) throw notFound('commitment', id);
      await this.#holdCustomer(tx, accountId, found.customerId);
      const commitment = await tx.findOneOrFail(Commitment, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      const { now } = await this.days.todayIn(tx, accountId);
      await this.endIn(tx, commitment, { now, withTrueUp });
    });
    return this.get(accountId, id);
  }

  /** In the caller's transaction, which has locked it. @param now account time */
  async endIn(tx: Transaction, commitment: Commitment, { now, withTrueUp }: { readonly now: number; readonly withTrueUp: boolean }): Promise<void> {
    const terms = await tx.find(CommitmentTerm, { commitmentId: commitment.id }, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const going = terms.filter(({ settledTime }) => settledTime == null);
    const isOver = commitment.endedTime != null || going.length === 0;
    if (isOver && (withTrueUp || commitment.isTrueUpWaived)) throw commitmentOver(commitment.id);
    commitment.isTrueUpWaived ||= !withTrueUp;
    commitment.updateTime = this.platform.clock.now();
    for (const term of going) {
      term.endInMillis = Math.min(term.endInMillis, Math.max(term.startInMillis, now));
      term.dueAt = now;
      if (term.endInMillis === term.startInMillis) this.#settle(term);
    }
    if (commitment.isTrueUpWaived) terms.forEach((term) => this.#settle(term));
    if (commitment.endedTime == null && going.length > 0) commitment.endedTime = now;
    await this.platform.events.ended(tx, commitment);
  }

  #settle(term: CommitmentTerm): void {
    term.settledTime ??= this.platform.clock.now();
    term.dueAt = null;
  }

  /** Nobody deletes the customer, or gives it another commitment, before the transaction ends. */
  async #holdCustomer(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const rows = await tx.execute<unknown[]>('select 1 from customer where account_id = ? and customer_id = ? and delete_time is null for no key update', [accountId, customerId]);
    if (rows.length === 0) throw unknownCustomer(customerId);
  }

  /** What would count twice, or never. */
  async #refuseUnfit(tx: Transaction, { accountId, customerId, currency, startInMillis, endInMillis }: Pick<Commitment, 'accountId' | 'customerId' | 'currency' | 'startInMillis' | 'endInMillis'>): Promise<void> {
    const terms = await tx.find(CommitmentTerm, { accountId, customerId, currency, startInMillis: { $lt: endInMillis }, endInMillis: { $gt: startInMillis } }, { limit: 1 });
    if (terms.length > 0) throw commitmentExists(customerId, terms[0]!.commitmentId);
    const [open] = await tx.execute<{ others: number; own: number }[]>(
      `select count(*) filter (where currency <> ?)::integer as others, count(*) filter (where currency = ?)::integer as own from invoice
       where account_id = ? and customer_id = ? and kind = 'cycle' and price_status = 'open'`,
      [currency, currency, accountId, customerId],
    );
    if (open && open.others > 0 && open.own === 0) throw otherCurrency(customerId, currency);
  }

  async #views(reader: Transaction, accountId: string, commitments: readonly Commitment[]): Promise<CommitmentView[]> {
    const { now: nowInMillis } = await this.days.todayIn(reader, accountId);
    const all = await reader.find(CommitmentTerm, { commitmentId: { $in: commitments.map(({ id }) => id) } }, { orderBy: { position: 'asc' } });
    const used = await reader.find(CommitmentUse, { commitmentTermId: { $in: all.map(({ id }) => id) } }, { orderBy: { createTime: 'asc', invoiceId: 'asc' } });
    return commitments.map((commitment) => {
      const terms = all.filter(({ commitmentId }) => commitmentId === commitment.id);
      const ids = new Set(terms.map(({ id }) => id));
      return { commitment, terms, uses: used.filter(({ commitmentTermId }) => ids.has(commitmentTermId)), nowInMillis };
    });
  }
}
