import { describe, expect, it } from '@jest/globals';
import { Decimal, DomainError, Fraction } from '@tollkeeper/kernel';
import fc from 'fast-check';
import type { PriceModel } from './price-model.js';
import { parsePriceModel } from './price-model.js';
import { rate } from './rate.js';
import { rateToLine } from './rated-line.js';

const amountText = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 12 })).map(([coefficient, places]) => `${coefficient}e-${places}`);
const quantity = amountText.map((text) => Decimal.parse(text));

/** Tiers whose bounds rise by random steps; the last one is open. */
const graduated: fc.Arbitrary<PriceModel> = fc
  .tuple(
    fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), amountText, fc.option(amountText, { nil: undefined })), { maxLength: 6 }),
    amountText,
    fc.option(amountText, { nil: undefined }),
  )
  .map(([closed, unitPrice, flatFee]) => {
    let bound = 0n;
    const tiers = closed.map(([step, price, fee]) => {
      bound += step;
      return { upTo: `${bound}e-3`, unitPrice: price, flatFee: fee };
    });
    return parsePriceModel({ model: 'graduated', tiers: [...tiers, { upTo: null, unitPrice, flatFee }] });
  });
const perUnit: fc.Arbitrary<PriceModel> = fc
  .tuple(amountText, fc.option(amountText, { nil: undefined }))
  .map(([unitPrice, freeUnits]) => parsePriceModel({ model: 'per_unit', unitPrice, freeUnits }));
const anyPrice = fc.oneof(graduated, perUnit);

describe('rate', () => {
  it('never costs less for more', () => {
    fc.assert(
      fc.property(anyPrice, quantity, quantity, (price, some, more) => {
        expect(rate(price, some.plus(more)).amount.compare(rate(price, some).amount)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('puts every unit into exactly one tier', () => {
    fc.assert(
      fc.property(anyPrice, quantity, (price, units) => {
        const { tiers } = rate(price, units);
        const sum = Fraction.sum(tiers.map((tier) => tier.units));
        expect(sum.toString()).toBe(units.toString());
        tiers.forEach((tier, index) => {
          expect(tier.units.compare(Fraction.ZERO)).toBe(1);
          expect(tier.fromUnit.toString()).toBe((tiers[index - 1]?.toUnit ?? Fraction.ZERO).toString());
          expect(tier.toUnit === null || tier.units.compare(tier.toUnit.minus(tier.fromUnit)) <= 0).toBe(true);
        });
      }),
    );
  });

  it('is the sum of its tiers, each units × price + flat fee', () => {
    fc.assert(
      fc.property(anyPrice, quantity, (price, units) => {
        const { amount, tiers } = rate(price, units);
        expect(Fraction.sum(tiers.map((tier) => tier.amount))).toEqual(amount);
        for (const tier of tiers) {
          expect(tier.amount).toEqual(tier.units.times(tier.unitPrice).plus(tier.flatFee));
        }
      }),
    );
  });

  it('is per unit what it is graduated with one open tier', () => {
    fc.assert(
      fc.property(amountText, quantity, (unitPrice, units) => {
        const one = rate(parsePriceModel({ model: 'per_unit', unitPrice }), units);
        const other = rate(parsePriceModel({ model: 'graduated', tiers: [{ upTo: null, unitPrice }] }), units);
        expect(one).toEqual(other);
      }),
    );
  });

  it('gives free units the same way as a first tier at zero', () => {
    fc.assert(
      fc.property(amountText, fc.bigInt({ min: 1n, max: 10n ** 12n }), quantity, (unitPrice, freeUnits, units) => {
        const one = rate(parsePriceModel({ model: 'per_unit', unitPrice, freeUnits }), units);
        const tiers = [{ upTo: freeUnits, unitPrice: 0 }, { upTo: null, unitPrice }];
        expect(one).toEqual(rate(parsePriceModel({ model: 'graduated', tiers }), units));
      }),
    );
  });

  it('costs nothing without usage', () => {
    fc.assert(
      fc.property(anyPrice, (price) => {
        expect(rate(price, Decimal.ZERO)).toEqual({ amount: Fraction.ZERO, quantity: Fraction.ZERO, tiers: [] });
      }),
    );
  });

  it('does not price a negative quantity', () => {
    expect(() => rate({ model: 'per_unit', unitPrice: '1' }, Decimal.parse('-0.000000000001'))).toThrow(DomainError);
  });
});

describe('rateToLine', () => {
  it('is within half a minor unit of the exact amount', () => {
    fc.assert(
      fc.property(anyPrice, quantity, fc.constantFrom('USD', 'JPY', 'KWD'), (model, units, currency) => {
        const line = rateToLine({ model, quantity: units, currency });
        const exponent = { USD: 2, JPY: 0, KWD: 3 }[currency] ?? 0;
        const inMinorUnits = rate(model, units).amount.times(Fraction.of(10n ** BigInt(exponent)));
        const error = Fraction.of(line.amountInMinorUnits).minus(inMinorUnits);
        const half = Fraction.of(1n, 2n);
        expect(error.compare(half)).toBeLessThanOrEqual(0);
        expect(error.compare(half.negate())).toBe(1);
      }),
    );
  });

  it('explains each tier in text that a database and a JSON reader keep exactly', () => {
    const model = parsePriceModel({ model: 'graduated', tiers: [{ upTo: 10, unitPrice: '0.10' }, { upTo: null, unitPrice: '0.05', flatFee: 2 }] });
    expect(rateToLine({ model, quantity: Decimal.parse('12.5'), currency: 'usd' }).tiers).toEqual([
      { kind: 'units', label: null, fromUnit: '0', toUnit: '10', units: '10', unitPrice: '0.1', packageSize: null, packages: null, flatFee: '0', share: null, amount: '1' },
      { kind: 'units', label: null, fromUnit: '10', toUnit: null, units: '2.5', unitPrice: '0.05', packageSize: null, packages: null, flatFee: '2', share: null, amount: '2.125' },
    ]);
  });

  it('refuses a currency it does not know', () => {
    expect(() => rateToLine({ model: { model: 'per_unit', unitPrice: '1' }, quantity: Decimal.ONE, currency: 'ZZZ' })).toThrow(/'ZZZ' is not a currency/);
  });
});
