import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Decimal, Fraction } from '@tollkeeper/kernel';
import fc from 'fast-check';
import { parsePriceModel, type PriceModel } from './price-model.js';
import { rateSegments, type BilledPeriod, type PriceSegment } from './rate.js';
import { lineOf } from './rated-line.js';

const prices = JSON.parse(readFileSync(new URL('../cases/prices.json', import.meta.url), 'utf8')) as Record<string, { model: unknown }>;
/** Every price of the cases, and some with bounds. */
const MODELS: readonly PriceModel[] = Object.values(prices).flatMap(({ model }) => [
  parsePriceModel(model),
  parsePriceModel({ ...(model as object), minimumAmount: '12.345', maximumAmount: '400' }),
]);

const COMBINATIONS = [['eu', 'large'], ['us', 'large'], ['us', 'small']];
const share = fc.tuple(fc.bigInt({ min: 1n, max: 31n }), fc.bigInt({ min: 0n, max: 10n })).map(([days, more]) => Fraction.of(days, days + more));
const days = fc.array(fc.bigInt({ min: 1n, max: 31n }), { minLength: 1, maxLength: 4 });
const units = fc.integer({ min: 0, max: 5_000_000 }).map((thousandths) => Decimal.parse(`${thousandths}e-3`));

interface Case {
  readonly model: PriceModel;
  /** Days of each segment. */
  readonly days: readonly bigint[];
  /** Units by segment, of each combination. */
  readonly used: readonly (readonly Decimal[])[];
  readonly period: BilledPeriod;
}

const cases: fc.Arbitrary<Case> = fc
  .record({ model: fc.constantFrom(...MODELS), days, share })
  .chain(({ model, days: lengths, share: part }) => {
    const groups = model.model === 'dimension_matrix' ? COMBINATIONS.length : 1;
    const hours = Fraction.of(lengths.reduce((sum, length) => sum + length, 0n) * 24n);
    return fc
      .array(fc.array(units, { minLength: groups, maxLength: groups }), { minLength: lengths.length, maxLength: lengths.length })
      .map((used) => ({ model, days: lengths, used, period: { share: part, hours } }));
  });

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), Decimal.ZERO);
}

/** Segments of what was used one after the other; `merged` makes one of them. */
function segmentsOf({ model, days: lengths, used }: Case, merged: boolean): PriceSegment[] {
  const rows = merged ? [used[0]!.map((_, group) => sum(used.map((segment) => segment[group]!)))] : used;
  const events = (segment: readonly Decimal[], group: number): Decimal => Decimal.parse(segment[group]!.toMinorUnits(0, 'down'));
  const all = lengths.reduce((total, length) => total + length, 0n);
  return rows.map((segment, index) => ({
    model,
    isLevel: false,
    weight: merged ? Fraction.ONE : Fraction.of(lengths[index]!, all),
    usage: segment.map((within, group) => ({
      values: model.model === 'dimension_matrix' ? COMBINATIONS[group]! : [],
      before: sum(rows.slice(0, index).map((earlier) => earlier[group]!)),
      within,
      total: sum(rows.map((other) => other[group]!)),
      events: merged ? sum(used.map((segmentUsed) => events(segmentUsed, group))) : events(segment, group),
    })),
  }));
}

/** The same level of the whole period in each segment. */
function levelsOf(entry: Case, merged: boolean): PriceSegment[] {
  return segmentsOf(entry, merged).map((segment) => ({
    ...segment,
    isLevel: true,
    usage: segment.usage.map((span, group) => ({ ...span, before: Decimal.ZERO, within: entry.used[0]![group]!, total: entry.used[0]![group]!, events: Decimal.ZERO })),
  }));
}

function amounts(segments: PriceSegment[], period: BilledPeriod): Fraction {
  return Fraction.sum(rateSegments(segments, period).map(({ amount }) => amount));
}

describe('a period that is split', () => {
  it('costs exactly what it costs in one, where the versions are alike', () => {
    fc.assert(
      fc.property(cases, (entry) => {
        expect(amounts(segmentsOf(entry, false), entry.period)).toEqual(amounts(segmentsOf(entry, true), entry.period));
      }),
      { numRuns: 500 },
    );
  });

  it('of a level too, each version having its part by time', () => {
    fc.assert(
      fc.property(cases, (entry) => {
        expect(amounts(levelsOf(entry, false), entry.period)).toEqual(amounts(levelsOf(entry, true), entry.period));
      }),
      { numRuns: 500 },
    );
  });

  it('differs on the invoice by at most half a minor unit for each line', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom('USD', 'JPY', 'KWD'), (entry, currency) => {
        const rated = rateSegments(segmentsOf(entry, false), entry.period);
        const lines = rated.map((amount) => lineOf(entry.model, amount, currency).amountInMinorUnits);
        const exponent = { USD: 2, JPY: 0, KWD: 3 }[currency] ?? 0;
        const exact = Fraction.sum(rated.map(({ amount }) => amount)).times(Fraction.of(10n ** BigInt(exponent)));
        const error = Fraction.of(lines.reduce((total, line) => total + line, 0n)).minus(exact).times(Fraction.of(2n));
        expect(Fraction.max(error, error.negate()).compare(Fraction.of(BigInt(lines.length)))).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is explained by tiers that add up to each line', () => {
    fc.assert(
      fc.property(cases, (entry) => {
        for (const { amount, tiers } of [segmentsOf(entry, false), levelsOf(entry, false)].flatMap((segments) => rateSegments(segments, entry.period))) {
          expect(Fraction.sum(tiers.map((tier) => tier.amount))).toEqual(amount);
          for (const tier of tiers) expect((tier.packages ?? tier.units).times(tier.unitPrice).plus(tier.flatFee).times(tier.share)).toEqual(tier.amount);
        }
      }),
      { numRuns: 300 },
    );
  });

  const versions = (...parts: { model: unknown; before: string; within: string; total: string; weight: [bigint, bigint] }[]): PriceSegment[] =>
    parts.map(({ model, before, within, total, weight }) => ({
      model: parsePriceModel(model),
      isLevel: false,
      weight: Fraction.of(...weight),
      usage: [{ values: [], before: Decimal.parse(before), within: Decimal.parse(within), total: Decimal.parse(total) }],
    }));
  const WHOLE = { share: Fraction.ONE, hours: Fraction.of(720n) };

  it('goes on in the tiers where the version before left them', () => {
    const graduated = (first: string, then: string): unknown => ({ model: 'graduated', tiers: [{ upTo: '100', unitPrice: first }, { upTo: null, unitPrice: then }] });
    const [old, raised] = rateSegments(
      versions(
        { model: graduated('1', '0.5'), before: '0', within: '80', total: '150', weight: [1n, 2n] },
        { model: graduated('2', '1'), before: '80', within: '70', total: '150', weight: [1n, 2n] },
      ),
      WHOLE,
    );
    expect([old!.amount, raised!.amount].map(String)).toEqual(['80', '90']);
    expect(raised!.tiers.map(({ units: count, unitPrice }) => `${count} × ${unitPrice}`)).toEqual(['20 × 2', '50 × 1']);
  });

  it('takes back at the newer price what corrections took back', () => {
    const perUnit = (unitPrice: string): unknown => ({ model: 'per_unit', unitPrice });
    const rated = rateSegments(
      versions(
        { model: perUnit('1'), before: '0', within: '10', total: '7', weight: [1n, 2n] },
        { model: perUnit('2'), before: '10', within: '-3', total: '7', weight: [1n, 2n] },
      ),
      WHOLE,
    );
    expect(rated.map(({ amount }) => amount.toString())).toEqual(['10', '-6']);
  });

  it('bounds the period as a whole, by each version’s share of the time', () => {
    const atLeast = (minimumAmount: string): unknown => ({ model: 'per_unit', unitPrice: '1', minimumAmount });
    const rated = rateSegments(
      versions(
        { model: atLeast('30'), before: '0', within: '1', total: '2', weight: [1n, 3n] },
        { model: atLeast('60'), before: '1', within: '1', total: '2', weight: [2n, 3n] },
      ),
      WHOLE,
    );
    expect(rated.map(({ amount }) => amount.toString())).toEqual(['1', '49']);
    expect(rated[1]!.tiers.at(-1)).toMatchObject({ kind: 'bound', label: 'up to the minimum of 50' });
  });

  it('bounds a version alone that has a bound alone', () => {
    const rated = rateSegments(
      versions(
        { model: { model: 'per_unit', unitPrice: '1' }, before: '0', within: '500', total: '1000', weight: [1n, 2n] },
        { model: { model: 'per_unit', unitPrice: '1', maximumAmount: '40' }, before: '500', within: '500', total: '1000', weight: [1n, 2n] },
      ),
      WHOLE,
    );
    expect(rated.map(({ amount }) => amount.toString())).toEqual(['500', '20']);
  });
});
