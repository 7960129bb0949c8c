import { Injectable, type OnModuleInit } from '@nestjs/common';
import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import { ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { DueWork } from '../../platform/jobs/due-work.js';
import { OneOffInvoices } from '../manual-charges/one-off-invoices.service.js';
import { CommitmentEvents } from './commitment.events.js';
import { CommitmentRows, type HeldTerm } from './commitment-rows.js';
import { trueUpOwed } from './term-sums.js';

const HOUR_IN_MILLIS = 3_600_000;
const BATCH = 100;

/**
 * Bills what is paid in advance when it starts; and what is missing to terms that are over where no invoice does, because the customer is on no plan any more or one that counted
 * was voided. Each is a transaction of its own.
 */
@Injectable()
export class CommitmentSettlement implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly rows: CommitmentRows,
    private readonly invoices: OneOffInvoices,
    private readonly events: CommitmentEvents,
    private readonly clock: ProcessClock,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'commitments',
      // At one boundary after the invoices that are locked at it.
      phase: 'begins',
      accountsDue: (now) => this.rows.accountsDue(this.database.reader(), now),
      nextDueAt: (accountId, until) => this.rows.nextDueAt(this.database.reader(), accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      countInProgress: () => Promise.resolve(0),
    });
  }

  /** @param customerId null: of all customers */
  async runDue(accountId: string, asOf: number, customerId: string | null = null): Promise<void> {
    for (;;) {
      const due = await this.rows.due(this.database.reader(), { accountId, asOf, customerId, limit: BATCH });
      for (const { id, customerId: whose } of due) await this.#settle(accountId, whose, id, asOf);
      if (due.length < BATCH) return;
    }
  }

  async #settle(accountId: string, customerId: string, termId: string, asOf: number): Promise<void> {
    const invoiceId = await this.database.transaction(async (tx) => {
      const [customer] = await sql<{ is_deleted: boolean }>(tx, 'select delete_time is not null as is_deleted from customer where account_id = $1 and customer_id = $2 for no key update', [accountId, customerId]);
      const term = await this.rows.lock(tx, termId);
      if (term.dueAt == null || term.dueAt > asOf) return null;
      const billed = customer?.is_deleted === false ? await this.#bill(tx, term, asOf) : this.#forget(term);
      await this.rows.store(tx, [term], []);
      return billed;
    });
    // What dies here is locked by the worker.
    if (invoiceId !== null) await this.invoices.lock(accountId, invoiceId, asOf);
  }

  #forget(term: HeldTerm): null {
    term.dueAt = null;
    return null;
  }

  /** @returns the invoice that it makes */
  async #bill(tx: Transaction, term: HeldTerm, asOf: number): Promise<string | null> {
    const isToBePurchased = term.commitment.kind === 'prepaid' && term.commitment.purchaseInvoiceId == null && !term.isEnded;
    if (isToBePurchased) return this.#purchase(tx, term, asOf);
    term.dueAt = await this.#waitsUntil(tx, term, asOf);
    return term.dueAt === null ? this.#close(tx, term, asOf) : null;
  }

  /** What is paid in advance is billed when it starts. */
  async #purchase(tx: Transaction, term: HeldTerm, now: number): Promise<string> {
    const { accountId, customerId, currency, amount, commitment } = term;
    const unitPrice = Decimal.fromMinorUnits(amount, currencyExponent(currency));
    const terms = [{ currency, description: commitment.name, productItemId: null, quantity: Decimal.ONE, unitPrice, amount }];
    const invoiceId = await this.invoices.open(tx, accountId, { customerId, currency, terms, now });
    await tx.flush();
    await this.rows.notePurchase(tx, commitment.id, invoiceId);
    term.dueAt = term.endInMillis;
    return invoiceId;
  }

  /** Invoices that are still to come bill it, or leave less of it. */
  async #waitsUntil(tx: Transaction, term: HeldTerm, asOf: number): Promise<number | null> {
    const coming = term.settledTime == null ? await this.rows.coming(tx, [term.id], []) : [];
    return coming.length === 0 ? null : Math.max(asOf + HOUR_IN_MILLIS, ...coming.map(({ dueAt }) => dueAt ?? 0));
  }

  /** @returns the invoice of what is missing; null where nothing is */
  async #close(tx: Transaction, term: HeldTerm, now: number): Promise<string | null> {
    const owed = term.commitment.kind === 'prepaid' ? 0n : trueUpOwed(term);
    const { accountId, customerId, currency } = term;
    if (term.settledTime == null) {
      term.settledTime = this.clock.now();
      await this.events.settled(tx, [{ ...term, trueUp: term.trueUp + (owed > 0n ? owed : 0n) }]);
    }
    if (owed <= 0n) return null;
    const invoiceId = await this.invoices.open(tx, accountId, { customerId, currency, terms: [], now });
    term.trueUp += owed;
    await this.rows.store(tx, [], [{ commitmentTermId: term.id, invoiceId, accountId, amount: 0n, trueUp: owed, drawn: 0n, returnedTime: null, createTime: this.clock.now() }]);
    return invoiceId;
  }
}
