import type { ChargeLine, RatedCharges } from '../../charges/rated-charges.js';
import type { InvoiceTaxShare, LineTaxShare, TaxTreatment } from '../../taxes/invoice-taxes.js';

export interface BilledLine extends ChargeLine {
  /** By the taxes of the whole; null where it is not taxed. */
  readonly taxes: readonly LineTaxShare[] | null;
}

/** What an invoice comes to with its taxes, in its own currency. */
export interface BilledCharges extends Omit<RatedCharges, 'lines'> {
  readonly lines: readonly BilledLine[];
  /** Null where nothing is known of taxes. */
  readonly taxTreatment: TaxTreatment | null;
  readonly taxes: readonly InvoiceTaxShare[];
  /** Sum of the taxes, and the part of it that the lines hold. */
  readonly tax: bigint;
  readonly taxIncluded: bigint;
}
