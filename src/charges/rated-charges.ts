import type { Decimal } from '@tollkeeper/kernel';
import type { RatedLineTier } from '@tollkeeper/rating';

/** What was taken off a line, by whom. */
export interface ChargeDeduction {
  readonly kind: 'discount' | 'commitment';
  /** Of the customer's discount, or of the commitment. */
  readonly id: string;
  readonly name: string;
  /** Minor units, above zero; on an adjustment what more is taken off, or below zero what is not any more. */
  readonly amount: bigint;
}

/** One line of what a customer owes for a period, as an invoice copies it. */
export interface ChargeLine {
  /** `charge`: by hand. `true_up`: what is missing to a commitment, or below zero what is not missing any more. */
  readonly kind: 'usage' | 'fee' | 'free_amount' | 'minimum' | 'charge' | 'true_up';
  /** Null on all but usage, as are the price and the meter. */
  readonly productItemId: string | null;
  readonly priceId: string | null;
  /** Which version of the price. */
  readonly priceVersion: number | null;
  readonly meterApiName: string | null;
  /** The plan's fee, where it is one of its list. */
  readonly feeId: string | null;
  readonly description: string;
  /** What part of the period it is for: all of it, unless the price changed in it. */
  readonly periodStartInMillis: number;
  readonly periodEndInMillis: number;
  readonly quantity: Decimal;
  /** The price for people, e.g. `0.002 USD`. */
  readonly unitPriceText: string;
  /** Major units of the plan's currency before rounding, as decimal text. */
  readonly exactAmount: string;
  /** Minor units, rounded once, less the deductions. */
  readonly amount: bigint;
  /** In the order in which they were taken off. */
  readonly deductions: readonly ChargeDeduction[];
  readonly tiers: readonly RatedLineTier[];
  /** No units and no money: worth showing in a preview, left out of an invoice. */
  readonly isEmpty: boolean;
}

/** A rate between two currencies, as an invoice keeps it. */
export interface Exchange {
  /** The plan's, which prices and the exact amounts of lines are in. */
  readonly fromCurrency: string;
  readonly toCurrency: string;
  /** Decimal text: what a unit of the one is worth in the other. */
  readonly rate: string;
  /** The day it is of, `2027-01-31`. */
  readonly date: string;
}

/** A part of an earlier invoice, of fees in advance, that an invoice gives back. */
export interface GivenBack {
  readonly invoiceId: string;
  readonly unusedFromInMillis: number;
  readonly amount: bigint;
}

export interface RatedCharges {
  readonly currency: string;
  /** Fees first, then the prices in the plan's order, each with its versions in the order of time, then what is free and what is missing to the minimum. */
  readonly lines: readonly ChargeLine[];
  /** Absent: in the plan's currency. */
  readonly exchange?: Exchange;
  /** What among the lines gives back fees in advance. */
  readonly givenBack?: readonly GivenBack[];
  /** Sum of the lines' amounts, minor units. */
  readonly subtotal: bigint;
  /** What is owed for the period. */
  readonly total: bigint;
}
