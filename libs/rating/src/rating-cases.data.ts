import type { PriceModel } from './price-model.js';

/** One price and what it comes to: read each row as "this many units cost exactly this, and this much on the invoice". */
export interface RatingCase {
  readonly title: string;
  readonly price: PriceModel;
  readonly currency: string;
  readonly rows: readonly RatingRow[];
}

/** [units, exact amount in major units, invoiced amount in minor units, price as shown on the line] */
export type RatingRow = readonly [units: string, exact: string, minorUnits: bigint, shown: string];

export const RATING_CASES: readonly RatingCase[] = [
  {
    title: 'API calls at a fifth of a cent',
    price: { model: 'per_unit', unitPrice: '0.002' },
    currency: 'USD',
    rows: [
      ['0', '0', 0n, '0.002 USD'],
      ['1', '0.002', 0n, '0.002 USD'],
      ['2', '0.004', 0n, '0.002 USD'],
      ['2.5', '0.005', 1n, '0.002 USD'],
      ['3', '0.006', 1n, '0.002 USD'],
      ['1234567', '2469.134', 246913n, '0.002 USD'],
    ],
  },
  {
    title: 'the first 1,000 calls of each period are free',
    price: { model: 'per_unit', unitPrice: '0.01', freeUnits: '1000' },
    currency: 'EUR',
    rows: [
      ['0', '0', 0n, '0 EUR'],
      ['999', '0', 0n, '0 EUR'],
      ['1000', '0', 0n, '0 EUR'],
      ['1001', '0.01', 1n, '0 to 0.01 EUR by tier'],
      ['1500', '5', 500n, '0 to 0.01 EUR by tier'],
    ],
  },
  {
    title: 'graduated: 10 cents up to 1,000 units, 8 cents up to 10,000, then 5 cents',
    price: {
      model: 'graduated',
      tiers: [
        { upTo: '1000', unitPrice: '0.10' },
        { upTo: '10000', unitPrice: '0.08' },
        { upTo: null, unitPrice: '0.05' },
      ],
    },
    currency: 'USD',
    rows: [
      ['0', '0', 0n, '0.1 USD'],
      ['1', '0.1', 10n, '0.1 USD'],
      ['1000', '100', 10000n, '0.1 USD'],
      ['1001', '100.08', 10008n, '0.08 to 0.1 USD by tier'],
      ['10000', '820', 82000n, '0.08 to 0.1 USD by tier'],
      ['10001', '820.05', 82005n, '0.05 to 0.1 USD by tier'],
      ['25000.5', '1570.025', 157003n, '0.05 to 0.1 USD by tier'],
    ],
  },
  {
    title: 'graduated with a flat fee per tier, owed from its first unit on',
    price: {
      model: 'graduated',
      tiers: [
        { upTo: '100', unitPrice: '0', flatFee: '10' },
        { upTo: null, unitPrice: '0.5', flatFee: '5' },
      ],
    },
    currency: 'USD',
    rows: [
      ['0', '0', 0n, '0 USD'],
      ['1', '10', 1000n, '0 USD, plus 10 USD flat'],
      ['100', '10', 1000n, '0 USD, plus 10 USD flat'],
      ['101', '15.5', 1550n, '0 to 0.5 USD by tier, plus 15 USD flat'],
    ],
  },
  {
    title: 'half a cent is rounded up, and only once',
    price: { model: 'per_unit', unitPrice: '0.005' },
    currency: 'USD',
    rows: [
      ['1', '0.005', 1n, '0.005 USD'],
      ['2', '0.01', 1n, '0.005 USD'],
      ['3', '0.015', 2n, '0.005 USD'],
    ],
  },
  {
    title: 'tiers at 0.3 and 0.2 cents are rounded together, not each by itself',
    price: {
      model: 'graduated',
      tiers: [
        { upTo: '1', unitPrice: '0.003' },
        { upTo: null, unitPrice: '0.002' },
      ],
    },
    currency: 'USD',
    rows: [['2', '0.005', 1n, '0.002 to 0.003 USD by tier']],
  },
  {
    title: 'tokens priced with 12 decimal places lose no digit before the rounding',
    price: { model: 'per_unit', unitPrice: '0.000000250001' },
    currency: 'USD',
    rows: [
      ['1000000', '0.250001', 25n, '0.000000250001 USD'],
      ['0.000000000001', '0.000000000000000000250001', 0n, '0.000000250001 USD'],
      ['2000000000000', '500002', 50000200n, '0.000000250001 USD'],
    ],
  },
  {
    title: 'yen have no smaller coin',
    price: { model: 'per_unit', unitPrice: '0.3' },
    currency: 'JPY',
    rows: [
      ['1', '0.3', 0n, '0.3 JPY'],
      ['5', '1.5', 2n, '0.3 JPY'],
      ['100', '30', 30n, '0.3 JPY'],
    ],
  },
  {
    title: 'a dinar has a thousand fils',
    price: { model: 'per_unit', unitPrice: '0.0015' },
    currency: 'KWD',
    rows: [
      ['1', '0.0015', 2n, '0.0015 KWD'],
      ['1000', '1.5', 1500n, '0.0015 KWD'],
    ],
  },
  {
    title: 'gigabytes come in fractions, and so may tier bounds',
    price: {
      model: 'graduated',
      tiers: [
        { upTo: '0.5', unitPrice: '0' },
        { upTo: null, unitPrice: '0.09' },
      ],
    },
    currency: 'USD',
    rows: [
      ['0.5', '0', 0n, '0 USD'],
      ['12.345678', '1.06611102', 107n, '0 to 0.09 USD by tier'],
    ],
  },
];
