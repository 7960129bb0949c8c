import { describe, expect, it } from '@jest/globals';
import { currencyExponent, Decimal } from '@tollkeeper/kernel';
import { parsePriceModel, rateToLine, taxLine, type PriceModel } from '@tollkeeper/rating';
import { invoiceTotal, lineTaxes, lineTotal, type PricedLine } from '@tollkeeper/stripe-sandbox/testing';
import fc from 'fast-check';

const INVOICES = 10_000;
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'KRW', 'KWD', 'BHD', 'CLP', 'INR', 'BRL', 'CHF', 'ISK'];
/** Another one each time; a failure is found again with RATING_PARITY_SEED. */
const SEED = Number(process.env.RATING_PARITY_SEED ?? Date.now() % 2_147_483_647);

/** A price in minor units as whole × 10^-places, for both to write as they do. */
interface Amount {
  readonly whole: bigint;
  readonly places: number;
}

interface RandomLine {
  readonly kind: 'per_unit' | 'graduated' | 'volume' | 'package';
  readonly quantity: string;
  readonly size: number;
  readonly tiers: readonly { readonly step: number; readonly price: Amount; readonly fee: Amount | null }[];
}

const amount = fc.record({ whole: fc.bigInt({ min: 0n, max: 10n ** 9n }), places: fc.integer({ min: 0, max: 6 }) });
const quantity = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 10n }), fc.integer({ min: 0, max: 6 })).map(([whole, places]) => Decimal.parse(`${whole}e-${places}`).toString());
const line: fc.Arbitrary<RandomLine> = fc.record({
  kind: fc.constantFrom('per_unit', 'graduated', 'volume', 'package'),
  quantity,
  size: fc.integer({ min: 1, max: 5_000 }),
  tiers: fc.array(fc.record({ step: fc.integer({ min: 1, max: 5_000 }), price: amount, fee: fc.option(amount, { nil: null }) }), { minLength: 1, maxLength: 5 }),
});

/** Bounds that rise; the last one is open. */
function boundsOf(tiers: RandomLine['tiers']): (string | null)[] {
  let end = 0;
  return tiers.map(({ step }, index) => (index === tiers.length - 1 ? null : String((end += step))));
}

/** In major units, as we price. */
function ourPrice({ kind, tiers, size }: RandomLine, currency: string): PriceModel {
  const major = ({ whole, places }: Amount): string => `${whole}e-${places + currencyExponent(currency)}`;
  const first = major(tiers[0]!.price);
  if (kind === 'per_unit') return parsePriceModel({ model: kind, unitPrice: first });
  if (kind === 'package') return parsePriceModel({ model: kind, packageSize: size, packagePrice: first });
  const bounds = boundsOf(tiers);
  return parsePriceModel({ model: kind, tiers: tiers.map(({ price, fee }, index) => ({ upTo: bounds[index], unitPrice: major(price), ...(fee === null ? {} : { flatFee: major(fee) }) })) });
}

/** In minor units, as Stripe does. */
function theirLine({ kind, quantity: used, tiers, size }: RandomLine): PricedLine {
  const minor = ({ whole, places }: Amount): string => {
    const digits = whole.toString().padStart(places + 1, '0');
    return `${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
  };
  const hasTiers = kind === 'graduated' || kind === 'volume';
  const bounds = boundsOf(tiers);
  const priced = (hasTiers ? tiers : tiers.slice(0, 1)).map(({ price, fee }, index) => ({
    upTo: hasTiers ? bounds[index]! : null,
    unitAmountDecimal: minor(price),
    flatAmountDecimal: hasTiers && fee !== null ? minor(fee) : '0',
  }));
  return { quantity: used, tiersMode: kind === 'volume' ? 'volume' : 'graduated', tiers: priced, divideBy: kind === 'package' ? String(size) : null };
}

const taxRate = fc.record({ percentage: fc.bigInt({ min: 0n, max: 1_000_000n }).map((whole) => Decimal.parse(`${whole}e-4`).toString()), inclusive: fc.boolean() });
/** A line that gives back is one with a sign before it. */
const taxedLine = fc.record({ line, rates: fc.array(taxRate, { maxLength: 4 }), isCredit: fc.boolean() });

describe('Parity with the independent arithmetic of the sandbox', () => {
  it(`${INVOICES} random invoices in ${CURRENCIES.length} currencies agree to the last minor unit (seed ${SEED})`, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.constantFrom(...CURRENCIES), (lines, currency) => {
        const ours = lines.reduce((total, entry) => total + rateToLine({ model: ourPrice(entry, currency), quantity: Decimal.parse(entry.quantity), currency }).amountInMinorUnits, 0n);
        expect(ours).toBe(invoiceTotal(lines.map(theirLine)));
        seen.add(currency);
      }),
      { numRuns: INVOICES, seed: SEED },
    );
    expect([...seen].sort()).toEqual([...CURRENCIES].sort());
  });

  it(`taxes of ${INVOICES} random invoices in ${CURRENCIES.length} currencies agree to the last minor unit, rate by rate (seed ${SEED})`, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(taxedLine, { minLength: 1, maxLength: 5 }), fc.constantFrom(...CURRENCIES), (lines, currency) => {
        for (const { line: entry, rates, isCredit } of lines) {
          const sign = isCredit ? -1n : 1n;
          const ours = sign * rateToLine({ model: ourPrice(entry, currency), quantity: Decimal.parse(entry.quantity), currency }).amountInMinorUnits;
          const { taxable, amounts } = taxLine(ours, rates.map(({ percentage, inclusive }) => ({ percentage: Decimal.parse(percentage), isInclusive: inclusive })));
          expect(amounts).toEqual(lineTaxes(sign * lineTotal(theirLine(entry)), rates));
          expect(taxable + amounts.reduce((sum, tax, index) => (rates[index]!.inclusive ? sum + tax : sum), 0n)).toBe(ours);
        }
        seen.add(currency);
      }),
      { numRuns: INVOICES, seed: SEED },
    );
    expect([...seen].sort()).toEqual([...CURRENCIES].sort());
  });
});
