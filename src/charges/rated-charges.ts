import type { Decimal } from '@tollkeeper/kernel';
import type { RatedLineTier } from '@tollkeeper/rating';

/** One line of what a customer owes for a period, as an invoice copies it. */
export interface ChargeLine {
  readonly kind: 'usage' | 'fee' | 'free_amount' | 'minimum';
  /** Null on all but usage, as are the price and the meter. */
  readonly productItemId: string | null;
  readonly priceId: string | null;
  /** Which version of the price. */
  readonly priceVersion: number | null;
  readonly meterApiName: string | null;
  readonly description: string;
  /** What part of the period it is for: all of it, unless the price changed in it. */
  readonly periodStartInMillis: number;
  readonly periodEndInMillis: number;
  readonly quantity: Decimal;
  /** The price for people, e.g. `0.002 USD`. */
  readonly unitPriceText: string;
  /** Major units before rounding, as decimal text. */
  readonly exactAmount: string;
  /** Minor units of the plan's currency, rounded once. */
  readonly amount: bigint;
  readonly tiers: readonly RatedLineTier[];
  /** No units and no money: worth showing in a preview, left out of an invoice. */
  readonly isEmpty: boolean;
}

export interface RatedCharges {
  readonly currency: string;
  /** Fees first, then the prices in the plan's order, each with its versions in the order of time, then what is free and what is missing to the minimum. */
  readonly lines: readonly ChargeLine[];
  /** Sum of the lines' amounts, minor units. */
  readonly subtotal: bigint;
  /** What is owed for the period. Equal to the subtotal until there are discounts. */
  readonly total: bigint;
}
