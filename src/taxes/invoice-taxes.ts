import { DomainError, type Decimal } from '@tollkeeper/kernel';
import { taxableAmounts, taxLine, type Reduction } from '@tollkeeper/rating';
import type { ChargeLine } from '../charges/rated-charges.js';
import { percentageAt } from './tax-rate-versions.js';
import type { KnownTaxRate, TaxTables } from './tax-tables.js';

/** `taxed`: by rates of ours; `provider`: by the provider's own, which its finalized document says; the others: not, and why. */
export const TAX_TREATMENTS = ['taxed', 'exempt', 'reverse', 'provider'] as const;
export type TaxTreatment = (typeof TAX_TREATMENTS)[number];

/** One rate's tax on the whole invoice, minor units. */
export interface InvoiceTaxShare {
  readonly taxRateId: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly percentage: Decimal;
  readonly isInclusive: boolean;
  readonly taxable: bigint;
  readonly tax: bigint;
}

/** One rate's tax on a line, as it is stored. */
export interface LineTaxShare {
  /** Index of the invoice's shares. */
  readonly rate: number;
  readonly taxable: string;
  readonly tax: string;
}

/** The taxes of an invoice. */
export interface InvoiceTaxes {
  readonly treatment: TaxTreatment;
  readonly shares: readonly InvoiceTaxShare[];
  /** For each line; null where it is not taxed. */
  readonly lines: readonly (readonly LineTaxShare[] | null)[];
}

/** What of an invoice its taxes depend on. */
export interface TaxableInvoice {
  readonly accountId: string;
  readonly customerId: string;
  /** When what it is for was supplied, which decides the version of a rate. */
  readonly supplyTimeInMillis: number;
  readonly lines: readonly Pick<ChargeLine, 'kind' | 'productItemId' | 'feeId' | 'amount'>[];
}

/** Sums by rate, in the order in which lines name them. */
class InvoiceShares {
  readonly #shares = new Map<string, Omit<InvoiceTaxShare, 'taxable' | 'tax'> & { rate: number; taxable: bigint; tax: bigint }>();

  constructor(private readonly supplyTimeInMillis: number) {}

  add(rates: readonly KnownTaxRate[], amount: bigint): LineTaxShare[] {
    const shares = rates.map((rate) => this.#shareOf(rate));
    const { taxable, amounts } = taxLine(amount, shares);
    return shares.map((share, index) => {
      share.taxable += taxable;
      share.tax += amounts[index]!;
      return { rate: share.rate, taxable: taxable.toString(), tax: amounts[index]!.toString() };
    });
  }

  all(): InvoiceTaxShare[] {
    return [...this.#shares.values()].map(({ rate: _rate, ...share }) => share);
  }

  #shareOf(rate: KnownTaxRate) {
    const known = this.#shares.get(rate.id);
    if (known) return known;
    const { id: taxRateId, name, jurisdiction, isInclusive } = rate;
    const share = { taxRateId, name, jurisdiction, isInclusive, percentage: percentageAt(rate, this.supplyTimeInMillis), rate: this.#shares.size, taxable: 0n, tax: 0n };
    this.#shares.set(rate.id, share);
    return share;
  }
}

/**
 * The taxes of an invoice by the account's tables; null where nothing applies to it.
 * @throws DomainError `tax_rate_not_valid`, `tax_jurisdiction_unclear`, `tax_id_missing`
 */
export function taxesOf(invoice: TaxableInvoice, tables: TaxTables): InvoiceTaxes | null {
  const customer = tables.ruleOf('customer', invoice.customerId);
  const untaxed = invoice.lines.map(() => null);
  if (customer && customer.exemption !== 'none') {
    if (customer.exemption === 'reverse' && !tables.hasTaxId(invoice.customerId)) throw unprocessable('tax_id_missing', 'the customer owes the tax (reverse charge), and has no tax id to be printed. Add billing.taxIds to the customer, or end the exemption.');
    return { treatment: customer.exemption, shares: [], lines: untaxed };
  }
  const base = customer?.taxRateIds ?? tables.ruleOf('account', invoice.accountId)?.taxRateIds ?? [];
  const ratesOfLines = invoice.lines.map((line) => ratesOf(line, ratesBy(base, tables), tables));
  if (ratesOfLines.every((rates) => rates.length === 0)) return null;
  const amounts = taxableAmounts(invoice.lines.map(({ amount }) => amount), reductionsOf(invoice.lines));
  const shares = new InvoiceShares(invoice.supplyTimeInMillis);
  const lines = ratesOfLines.map((rates, index) => (rates.length === 0 ? null : shares.add(rates, amounts[index]!)));
  return { treatment: 'taxed', shares: shares.all(), lines };
}

/** What the prices hold of the tax. */
export function includedTax({ shares }: InvoiceTaxes): bigint {
  return shares.reduce((sum, { tax, isInclusive }) => (isInclusive ? sum + tax : sum), 0n);
}

export function wholeTax({ shares }: InvoiceTaxes): bigint {
  return shares.reduce((sum, { tax }) => sum + tax, 0n);
}

/** In their own jurisdictions the rates of an item or fee take the place of the customer's, which are the account's where it has none. */
function ratesOf({ kind, productItemId, feeId }: TaxableInvoice['lines'][number], base: readonly KnownTaxRate[], tables: TaxTables): readonly KnownTaxRate[] {
  const rule = productItemId != null ? tables.ruleOf('product_item', productItemId) : feeId != null ? tables.ruleOf('fee', feeId) : undefined;
  if (rule === undefined || kind === 'free_amount') return base;
  const own = ratesBy(rule.taxRateIds, tables);
  if (base.length === 0) return ofOnePlace(own);
  const replaced = new Map(own.map(({ jurisdiction }) => [jurisdiction, own.filter((rate) => rate.jurisdiction === jurisdiction)]));
  return [...new Set(base.flatMap((rate) => replaced.get(rate.jurisdiction) ?? [rate]))];
}

/** Rates that can hold beside each other: of a country, and of one state of it. */
function ofOnePlace(rates: readonly KnownTaxRate[]): readonly KnownTaxRate[] {
  const narrowest = rates.reduce((found, { jurisdiction }) => (jurisdiction.length > found.length ? jurisdiction : found), '');
  if (rates.every(({ jurisdiction }) => narrowest === jurisdiction || narrowest.startsWith(`${jurisdiction}-`))) return rates;
  const named = rates.map(({ id, jurisdiction }) => `${id} of ${jurisdiction}`).join(', ');
  throw unprocessable('tax_jurisdiction_unclear', `an item has tax rates of several places (${named}), and neither the customer nor the account has one that says which applies. Assign a rate to the customer, or as the account's default.`);
}

function ratesBy(ids: readonly string[], { rates }: TaxTables): KnownTaxRate[] {
  return ids.map((id) => rates.get(id)).filter((rate) => rate !== undefined);
}

/** What is free lowers the usage that it is free of. */
function reductionsOf(lines: TaxableInvoice['lines']): Reduction[] {
  return lines.flatMap(({ kind }, index) => (kind === 'free_amount' ? [{ index, lowers: (other: number) => lines[other]!.kind === 'usage' }] : []));
}

function unprocessable(code: string, message: string): DomainError {
  return new DomainError('unprocessable', code, message);
}
