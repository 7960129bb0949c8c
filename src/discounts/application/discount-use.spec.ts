import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@tollkeeper/kernel';
import fc from 'fast-check';
import type { ChargeLine, RatedCharges } from '../../charges/rated-charges.js';
import { DiscountUses } from './discount-use.js';
import type { DiscountedInvoice, HeldDiscount } from './held-discount.js';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

function chargesOf(amounts: readonly bigint[], free: bigint): RatedCharges {
  const line = (kind: ChargeLine['kind'], amount: bigint, index: number): ChargeLine => ({
    ...{ kind, productItemId: kind === 'usage' ? `item_${index}` : null, priceId: null, priceVersion: null, meterApiName: null, feeId: null, description: kind, periodStartInMillis: 0, periodEndInMillis: 1 },
    ...{ quantity: Decimal.ONE, unitPriceText: '', exactAmount: '0', amount, deductions: [], tiers: [], isEmpty: false },
  });
  const usage = amounts.map((amount, index) => line(index === 0 ? 'fee' : 'usage', amount, index));
  const used = sum(amounts.slice(1));
  const lines = [...usage, line('free_amount', -(free < used ? free : used), -1)];
  const subtotal = sum(lines.map(({ amount }) => amount));
  return { currency: 'USD', lines, subtotal, total: subtotal };
}

const promotion = fc.record({
  isPercentage: fc.boolean(),
  parts: fc.integer({ min: 1, max: 10_000 }),
  amount: fc.bigInt({ min: 1n, max: 100_000n }),
  items: fc.option(fc.subarray(['item_1', 'item_2', 'item_3'], { minLength: 1 }), { nil: null }),
  periodCount: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  maximumPerPeriod: fc.option(fc.bigInt({ min: 1n, max: 50_000n }), { nil: null }),
  maximumInTotal: fc.option(fc.bigInt({ min: 1n, max: 90_000n }), { nil: null }),
  priority: fc.integer({ min: -1, max: 1 }),
});

const held = fc.array(promotion, { maxLength: 6 }).map((promotions) =>
  promotions.map(({ isPercentage, parts, amount, items, periodCount, maximumPerPeriod, ...more }, index): HeldDiscount => ({
    ...{ id: `disc_${index}`, customerId: 'ada', startInMillis: 0, endInMillis: null, periodsUsed: 0, amountUsed: 0n, couponPlanIds: null },
    promotion: {
      ...{ promotionName: `Offer ${index}`, kind: isPercentage ? 'percentage' : 'amount', percentage: isPercentage ? Decimal.parse((parts / 100).toFixed(2)) : null, amount: isPercentage ? null : amount },
      ...{ currency: 'USD', productItemIds: items, planIds: null, duration: periodCount === null ? 'forever' : 'periods', periodCount, maximumPerPeriod: isPercentage ? maximumPerPeriod : null, ...more },
    },
  })),
);

const period = (index: number, id = `inv_${index}`): DiscountedInvoice => ({ id, customerId: 'ada', planId: 'plan', currency: 'USD', periodStartInMillis: index * 10, periodEndInMillis: index * 10 + 10 });
const charges = fc.tuple(fc.array(fc.bigInt({ min: 0n, max: 80_000n }), { minLength: 1, maxLength: 4 }), fc.bigInt({ min: 0n, max: 30_000n })).map(([amounts, free]) => chargesOf(amounts, free));

describe('Discounts of a customer', () => {
  it('leave lines that sum to the total, none of which falls below zero', () => {
    fc.assert(
      fc.property(held, fc.array(charges, { minLength: 1, maxLength: 4 }), (discounts, months) => {
        const uses = new DiscountUses(discounts, []);
        for (const [index, month] of months.entries()) {
          const { charges: discounted } = uses.take(period(index), month);
          expect(sum(discounted.lines.map(({ amount }) => amount))).toBe(discounted.total);
          expect(discounted.total >= 0n).toBe(true);
          discounted.lines.forEach(({ amount, kind, deductions }, line) => {
            expect(kind === 'free_amount' || amount >= 0n).toBe(true);
            expect(amount + sum(deductions.map((deduction) => deduction.amount))).toBe(month.lines[line]!.amount);
          });
        }
      }),
    );
  });

  it('take off the same in whatever order they were given', () => {
    fc.assert(
      fc.property(held.chain((discounts) => fc.tuple(fc.constant(discounts), fc.shuffledSubarray(discounts, { minLength: discounts.length }))), charges, ([discounts, shuffled], month) => {
        expect(new DiscountUses(shuffled, []).take(period(0), month)).toEqual(new DiscountUses(discounts, []).take(period(0), month));
      }),
    );
  });

  it('take off no more than their periods and amounts, however many invoices there are', () => {
    fc.assert(
      fc.property(held, fc.array(charges, { minLength: 1, maxLength: 8 }), (discounts, invoices) => {
        const uses = new DiscountUses(discounts, []);
        // Two invoices of each period, as of its start and of its end.
        const used = invoices.flatMap((month, index) => uses.take(period(Math.floor(index / 2), `inv_${index}`), month).uses);
        for (const { id, promotion: terms } of discounts) {
          const mine = used.filter(({ customerDiscountId, amount }) => customerDiscountId === id && amount > 0n);
          const byPeriod = Map.groupBy(mine, ({ periodStartInMillis }) => periodStartInMillis);
          expect(mine.filter(({ isNewPeriod }) => isNewPeriod)).toHaveLength(byPeriod.size);
          expect(terms.periodCount == null || byPeriod.size <= terms.periodCount).toBe(true);
          expect(terms.maximumInTotal == null || sum(mine.map(({ amount }) => amount)) <= terms.maximumInTotal).toBe(true);
          for (const group of byPeriod.values()) {
            const most = terms.amount ?? terms.maximumPerPeriod;
            expect(most == null || sum(group.map(({ amount }) => amount)) <= most).toBe(true);
          }
        }
      }),
    );
  });

  it('go on where locked invoices have left them, as if all had been taken at once', () => {
    fc.assert(
      fc.property(held, charges, charges, (discounts, first, second) => {
        const together = new DiscountUses(discounts, []);
        const { uses } = together.take(period(0, 'a'), first);
        const counted = discounts.map((discount) => {
          const mine = uses.filter(({ customerDiscountId }) => customerDiscountId === discount.id);
          return { ...discount, periodsUsed: mine.filter(({ isNewPeriod }) => isNewPeriod).length, amountUsed: sum(mine.map(({ amount }) => amount)) };
        });
        const later = new DiscountUses(counted, uses.filter(({ amount }) => amount > 0n));
        expect(later.take(period(0, 'b'), second)).toEqual(together.take(period(0, 'b'), second));
      }),
    );
  });
});
