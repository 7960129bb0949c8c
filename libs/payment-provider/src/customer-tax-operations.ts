import type { CallContext } from './call-context.js';
import type { ProviderOutcome } from './outcome.js';

export interface ProviderTaxId {
  /** The kind of number, such as `eu_vat`. */
  readonly type: string;
  readonly value: string;
}

/** Who a customer is for the tax office. */
export interface CustomerTaxDetails {
  readonly taxIds: readonly ProviderTaxId[];
  /** `reverse`: the customer owes the tax. */
  readonly exemption: 'none' | 'exempt' | 'reverse';
}

export interface CustomerTaxInput extends CustomerTaxDetails {
  readonly providerCustomerId: string;
  /** What was set before and is no longer: taken away. Those of other people stay. */
  readonly formerTaxIds: readonly ProviderTaxId[];
}

/** Tax ids and exemption of customers at the provider. */
export interface CustomerTaxOperations {
  /** What is there already is left as it is, so that a repetition after a crash completes it. A number that the provider refuses keeps none of the others from being set. */
  set(input: CustomerTaxInput, context: CallContext): Promise<ProviderOutcome<CustomerTaxDetails>>;
  read(input: { readonly providerCustomerId: string }, context: CallContext): Promise<ProviderOutcome<CustomerTaxDetails>>;
}

/** Numbers are written with blanks and dots, or without. */
export function sameTaxId(one: ProviderTaxId, other: ProviderTaxId): boolean {
  const plain = ({ value }: ProviderTaxId): string => value.replace(/[^0-9a-z]/gi, '').toUpperCase();
  return one.type === other.type && plain(one) === plain(other);
}
