import type { Money } from '../money.js';

/** Quantities, prices and exact amounts are decimals as text, in major units. */
export interface InvoiceLine {
  /** `free_amount`: usage that the plan gives free, below zero; `minimum`: what is missing to the plan's minimum; `charge`: by hand. */
  readonly kind: 'usage' | 'fee' | 'carried' | 'free_amount' | 'minimum' | 'charge' | 'true_up';
  readonly productItemId: string | null;
  readonly priceId: string | null;
  /** Which version of the price. */
  readonly priceVersion: number | null;
  readonly meterApiName: string | null;
  /** Epoch milliseconds: the part of the period that the line is for, which is all of it unless the price changed in it. Null on a carried line. */
  readonly periodStartTimeInMillis: number | null;
  readonly periodEndTimeInMillis: number | null;
  readonly description: string;
  readonly quantity: string;
  /** For people, e.g. `0.002 USD`. */
  readonly unitPriceText: string;
  /** Before the line's one rounding and before deductions. */
  readonly exactAmount: string;
  /** Less the deductions. */
  readonly amount: Money;
  /** In the order in which they were taken off. */
  readonly deductions: readonly InvoiceDeduction[];
  readonly tiers: readonly InvoiceTier[];
}

/** What was taken off a line. */
export interface InvoiceDeduction {
  readonly kind: 'discount' | 'commitment';
  /** Of the customer's discount, or of the commitment. */
  readonly id: string;
  readonly name: string;
  /** On an adjustment below zero where it takes off less than before. */
  readonly amount: Money;
}

export interface InvoiceTier {
  /** A price of units; an amount due once; one for each event; what makes up for a minimum or a maximum. */
  readonly kind: 'units' | 'fee' | 'event' | 'bound';
  /** The row of a matrix, or what a fee or a bound is; null for plain units. */
  readonly label: string | null;
  readonly fromUnit: string;
  readonly toUnit: string | null;
  readonly units: string;
  /** Of a unit, or of a package where there is a package size. */
  readonly unitPrice: string;
  readonly packageSize: string | null;
  readonly packages: string | null;
  readonly flatFee: string;
  /** The part that is charged, such as `10/31`; null: all of it. */
  readonly share: string | null;
  /** (Units or packages × unit price + flat fee) × share. */
  readonly amount: string;
}
