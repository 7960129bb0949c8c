import type { RatedCharges } from '../../charges/rated-charges.js';
import type { Invoice } from '../invoice.entity.js';
import type { ComingInvoice, HeldTerm, StoredUse } from './commitment-rows.js';
import { drawnBy, trueUpOf } from './term-sums.js';

/** What an invoice makes of a term. */
export interface TermUse extends StoredUse {
  readonly commitmentTermId: string;
  readonly amount: bigint;
}

type Counting = Pick<Invoice, 'id' | 'customerId' | 'currency' | 'kind' | 'periodStartInMillis' | 'periodEndInMillis'>;

/** Counts invoices for terms one after the other: what one has used, the next one finds used. */
export class TermUses {
  readonly #uses: TermUse[] = [];
  readonly #settled: HeldTerm[] = [];
  readonly #lastOf = new Map<string, Counting>();
  readonly #endOf = new Map<string, number>();
  readonly #comingTo: ReadonlyMap<string, readonly ComingInvoice[]>;

  /**
   * @param terms their sums grow
   * @param counting in their order
   * @param others what else will count, and the terms up to whose end others have been counted
   */
  constructor(
    private readonly terms: readonly HeldTerm[],
    counting: readonly Counting[],
    private readonly others: { readonly coming: readonly ComingInvoice[]; readonly reached: ReadonlySet<string> },
    private readonly at: { readonly isPreview: boolean; readonly now: number },
  ) {
    this.#comingTo = Map.groupBy(others.coming, ({ termId }) => termId);
    for (const invoice of counting) {
      const term = this.#termOf(invoice);
      if (!term) continue;
      this.#lastOf.set(term.id, invoice);
      this.#endOf.set(term.id, Math.max(this.#endOf.get(term.id) ?? 0, invoice.kind === 'final' ? term.endInMillis : invoice.periodEndInMillis));
    }
  }

  get taken(): readonly TermUse[] {
    return this.#uses;
  }

  get touched(): readonly HeldTerm[] {
    return this.terms.filter(({ id }) => this.#lastOf.has(id));
  }

  /** Those of which something was taken off these invoices, or put back by them. */
  get drawn(): readonly HeldTerm[] {
    const ids = new Set(this.#uses.filter(({ drawn }) => drawn !== 0n).map(({ commitmentTermId }) => commitmentTermId));
    return this.terms.filter(({ id }) => ids.has(id));
  }

  /** Those that were closed by these invoices. */
  get settled(): readonly HeldTerm[] {
    return this.#settled;
  }

  /** Null where it is part of no term. */
  take(invoice: Counting, { subtotal: amount }: RatedCharges): TermUse | null {
    const term = this.#termOf(invoice);
    if (!term) return null;
    term.used += amount;
    if (term.settledTime == null && this.#closes(term, invoice)) this.#settle(term);
    const trueUp = term.commitment.kind === 'postpaid' && term.settledTime != null ? trueUpOf(term, amount) : 0n;
    const drawn = term.isPurchased ? drawnBy(term, amount) : 0n;
    term.trueUp += trueUp;
    term.drawn += drawn;
    const use = { commitmentTermId: term.id, invoiceId: invoice.id, amount, trueUp, drawn, commitment: term.commitment };
    this.#uses.push(use);
    return use;
  }

  #settle(term: HeldTerm): void {
    term.settledTime = this.at.now;
    term.dueAt = null;
    this.#settled.push(term);
  }

  /** The last one to be locked, and nothing of the term is left behind it. A preview shows it on the one that would close last. */
  #closes(term: HeldTerm, invoice: Counting): boolean {
    const isReached = this.others.reached.has(term.id) || this.#endOf.get(term.id)! >= term.endInMillis;
    if (this.#lastOf.get(term.id) !== invoice || !isReached) return false;
    const coming = this.#comingTo.get(term.id) ?? [];
    return this.at.isPreview ? coming.every((other) => closesBefore(other, invoice)) : coming.length === 0;
  }

  #termOf({ customerId, currency, periodStartInMillis }: Counting): HeldTerm | undefined {
    return this.terms.find((term) => term.customerId === customerId && term.currency === currency && term.startInMillis <= periodStartInMillis && periodStartInMillis < term.endInMillis);
  }
}

function closesBefore(one: ComingInvoice, other: Counting): boolean {
  return one.periodEndInMillis < other.periodEndInMillis || (one.periodEndInMillis === other.periodEndInMillis && one.id < other.id);
}
