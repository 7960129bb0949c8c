import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RatedCharges } from '../../charges/rated-charges.js';
import type { Invoice } from '../invoice.entity.js';
import type { HeldTerm } from './commitment-rows.js';
import { TermUses, type TermUse } from './term-uses.js';

const DAY = 86_400_000;
const PERIODS = 4;

type Counted = Pick<Invoice, 'id' | 'customerId' | 'currency' | 'kind' | 'periodStartInMillis' | 'periodEndInMillis'>;

function termOf(amount: bigint, kind: 'postpaid' | 'prepaid' = 'postpaid'): HeldTerm {
  const sums = { used: 0n, trueUp: 0n, drawn: 0n, settledTime: null, dueAt: PERIODS * DAY };
  const commitment = { id: 'com', name: 'Commitment', kind, purchaseInvoiceId: null };
  return { id: 'ctm', accountId: 'acc', customerId: 'ada', commitmentId: 'com', position: 0, currency: 'USD', startInMillis: 0, endInMillis: PERIODS * DAY, amount, ...sums, commitment, isTrueUpWaived: false, isEnded: false, isPurchased: kind === 'prepaid' };
}

function invoiceOf(id: string, period: number, kind: Invoice['kind'] = 'cycle'): Counted {
  return { id, customerId: 'ada', currency: 'USD', kind, periodStartInMillis: period * DAY, periodEndInMillis: (period + 1) * DAY };
}

const chargesOf = (subtotal: bigint): RatedCharges => ({ currency: 'USD', lines: [], subtotal, total: subtotal });

/** As lock after lock does it: an invoice at a time, beside those that are still to come. */
function counted(term: HeldTerm, invoices: readonly (Counted & { readonly amount: bigint })[]): TermUse[] {
  return invoices.flatMap((invoice, index) => {
    const coming = invoices.slice(index + 1).filter(({ kind, periodStartInMillis }) => kind !== 'adjustment' && periodStartInMillis < term.endInMillis).map(({ id, periodEndInMillis }) => ({ id, termId: term.id, periodEndInMillis, dueAt: null }));
    const reached = new Set(invoices.slice(0, index).some(({ periodStartInMillis, periodEndInMillis }) => periodStartInMillis < term.endInMillis && periodEndInMillis >= term.endInMillis) ? [term.id] : []);
    return new TermUses([term], [invoice], { coming, reached }, { isPreview: false, now: 1 }).take(invoice, chargesOf(invoice.amount)) ?? [];
  });
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** Invoices of all periods, and adjustments of them in any order behind their own, in the order in which they are locked. */
const histories = fc
  .record({
    periods: fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: PERIODS, maxLength: PERIODS }),
    changes: fc.array(fc.record({ period: fc.nat(PERIODS - 1), change: fc.bigInt({ min: -3_000n, max: 3_000n }), place: fc.nat(100) }), { maxLength: 8 }),
  })
  .map(({ periods, changes }) => {
    const cycles = periods.map((amount, period) => ({ ...invoiceOf(`inv_${period}`, period), amount, place: period }));
    const adjustments = changes.map(({ period, change, place }, index) => ({ ...invoiceOf(`adj_${index}`, period, 'adjustment'), amount: change, place: Math.max(period + 1, place % (PERIODS + 3)) }));
    return [...cycles, ...adjustments].toSorted((one, other) => one.place - other.place);
  });
const commitments = fc.bigInt({ min: 1n, max: 20_000n });

describe('Uses of a term', () => {
  it('count invoices whose period starts in it, and bill with the last one what is missing', () => {
    const term = termOf(1000n);
    const uses = counted(term, [-1, 0, 1, 2, 3, 4].map((period) => ({ ...invoiceOf(`inv_${period}`, period), amount: 100n })));
    expect(uses.map(({ invoiceId, amount, trueUp }) => [invoiceId, amount, trueUp])).toEqual([['inv_0', 100n, 0n], ['inv_1', 100n, 0n], ['inv_2', 100n, 0n], ['inv_3', 100n, 600n]]);
    expect(term).toMatchObject({ used: 400n, trueUp: 600n, settledTime: 1, dueAt: null });
  });

  it('leave other customers and currencies alone', () => {
    const term = termOf(1000n);
    const others = [{ ...invoiceOf('inv_1', 3), customerId: 'bob', amount: 5n }, { ...invoiceOf('inv_2', 3), currency: 'EUR', amount: 5n }];
    expect(counted(term, others)).toEqual([]);
    expect(term).toMatchObject({ used: 0n, settledTime: null });
  });

  it('wait for what else is still to come of the term, and a preview shows what is missing on the one that closes last', () => {
    const [closing, other] = [invoiceOf('inv_a', 3), invoiceOf('inv_b', 3)];
    const shown = (isPreview: boolean, one: Counted, coming: Counted): bigint | undefined =>
      new TermUses([termOf(1000n)], [one], { coming: [{ id: coming.id, termId: 'ctm', periodEndInMillis: coming.periodEndInMillis, dueAt: null }], reached: new Set() }, { isPreview, now: 1 }).take(one, chargesOf(100n))?.trueUp;
    expect([shown(false, closing, other), shown(false, other, closing), shown(true, closing, other), shown(true, other, closing)]).toEqual([0n, 0n, 0n, 900n]);
  });

  it('are settled by the last one to be locked, also where that is not the one with the last date', () => {
    const term = termOf(1000n);
    const inOrder = [0, 2, 3, 1].map((period) => ({ ...invoiceOf(`inv_${period}`, period), amount: 100n }));
    expect(counted(term, inOrder).map(({ invoiceId, trueUp }) => [invoiceId, trueUp])).toEqual([['inv_0', 0n], ['inv_2', 0n], ['inv_3', 0n], ['inv_1', 600n]]);
  });

  it('are settled by the invoice of a customer who leaves, whatever is left of the term', () => {
    const term = termOf(1000n);
    expect(counted(term, [{ ...invoiceOf('inv_0', 0), amount: 100n }, { ...invoiceOf('inv_1', 1, 'final'), amount: 50n }]).map(({ trueUp }) => trueUp)).toEqual([0n, 850n]);
  });

  it('bill what was used, or what was committed where that is more, whatever comes late or is taken back; and more use never makes an invoice cost less than nothing', () => {
    fc.assert(
      fc.property(commitments, histories, (committed, inOrder) => {
        const term = termOf(committed);
        const uses = counted(term, inOrder);
        const used = sum(inOrder.map((invoice) => invoice.amount));
        expect(sum(uses.map((use) => use.amount + use.trueUp))).toBe(larger(used, committed));
        uses.forEach((use) => expect(use.amount + use.trueUp >= (use.amount < 0n ? use.amount : 0n)).toBe(true));
      }),
    );
  });

  it('take what was paid in advance off what was used, as far as it goes, and never below nothing; what is taken back puts it back', () => {
    fc.assert(
      fc.property(commitments, histories, (committed, inOrder) => {
        const term = termOf(committed, 'prepaid');
        const uses = counted(term, inOrder);
        const used = larger(sum(inOrder.map((invoice) => invoice.amount)), 0n);
        expect(sum(uses.map(({ drawn }) => drawn))).toBe(used < committed ? used : committed);
        uses.forEach(({ amount, drawn, trueUp }) => expect(trueUp === 0n && (amount >= 0n ? drawn >= 0n && drawn <= amount : drawn <= 0n && drawn >= amount)).toBe(true));
      }),
    );
  });
});
