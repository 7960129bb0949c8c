import type { Money } from '../money.js';
import type { InvoiceLine } from './invoice-line.js';

/** One rate's tax, of an invoice or of a line, as the rate was at the lock. */
export interface InvoiceTax {
  readonly taxRateId: string;
  readonly name: string;
  /** ISO 3166: `DE`, `US-CA`. */
  readonly jurisdiction: string;
  /** Of a hundred, decimal text. */
  readonly percentage: string;
  /** Whether the prices hold it. */
  readonly isInclusive: boolean;
  /** What it is a share of: after discounts, without taxes. */
  readonly taxable: Money;
  readonly tax: Money;
}

/** `taxed`: by rates of the account; `provider`: by the provider's own; `exempt`, `reverse`: not, because of the customer. */
export type TaxTreatment = 'taxed' | 'exempt' | 'reverse' | 'provider';

export interface TaxedLine extends InvoiceLine {
  readonly taxes: readonly InvoiceTax[];
}

/** A rate between two currencies, as an invoice keeps it. */
export interface InvoiceExchange {
  /** The plan's, which prices and exact amounts are in. */
  readonly fromCurrency: string;
  readonly toCurrency: string;
  readonly rate: string;
  /** `2027-01-31` */
  readonly date: string;
}
