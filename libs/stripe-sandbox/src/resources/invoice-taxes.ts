import { createHash } from 'node:crypto';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice, InvoiceLine, LineTax } from '../state/stripe-objects.js';
import { taxOf } from './tax-rounding.js';

/** A tax amount as `add_lines` takes it. */
export interface TaxAmountInput {
  amount: number;
  taxable_amount: number;
  taxability_reason?: string;
  tax_rate_data: { display_name: string; inclusive: boolean; percentage: number; country?: string; state?: string; jurisdiction?: string; description?: string; tax_type?: string };
}

/** Stripe's limit per line. */
const MAX_TAX_AMOUNTS = 20;

/** Standard rates of some countries in percent, for automatic tax: a stand-in knows no tax law. A customer elsewhere is not taxed. */
const STANDARD_RATES: Readonly<Record<string, string>> = { AT: '20', AU: '10', CH: '8.1', DE: '19', ES: '21', FR: '20', GB: '20', IT: '22', NL: '21', SE: '25' };

/** The taxes of a line that brings its own amounts. Stripe makes a rate of each, or takes the one that says the same. */
export function givenTaxes(account: SandboxAccount, invoice: Invoice, given: TaxAmountInput[] | '' | null | undefined): LineTax[] {
  if (!given || given.length === 0) return [];
  if (isAutomatic(invoice)) throw StripeError.invalid('tax_amounts cannot be set on an invoice with automatic tax.', 'lines[tax_amounts]');
  if (given.length > MAX_TAX_AMOUNTS) throw StripeError.invalid(`A line holds at most ${MAX_TAX_AMOUNTS} tax amounts.`, 'lines[tax_amounts]');
  return given.map(({ amount, taxable_amount, taxability_reason, tax_rate_data: rate }) => {
    if (rate.percentage < 0 || rate.percentage > 100) throw StripeError.invalid('percentage must lie between 0 and 100.', 'lines[tax_amounts][tax_rate_data][percentage]');
    return lineTax(amount, taxable_amount, rate.inclusive, rateOf(account, rate), taxability_reason ?? 'not_available');
  });
}

/** Whether Stripe computes the taxes of an invoice itself. */
export function isAutomatic(invoice: Invoice): boolean {
  return (invoice['automatic_tax'] as { enabled?: boolean } | null)?.enabled === true;
}

/** Whether Stripe knows where the customer is: `complete`, or `requires_location_inputs`. */
export function statusOfTax(invoice: Invoice): string | null {
  return (invoice['automatic_tax'] as { status?: string | null } | null)?.status ?? null;
}

/** Says on an invoice whether its taxes are Stripe's own business, and whether it knows enough of the customer. */
export function setAutomaticTax(account: SandboxAccount, invoice: Invoice, enabled: boolean): void {
  const status = enabled ? (countryOf(account, invoice) === null ? 'requires_location_inputs' : 'complete') : null;
  invoice['automatic_tax'] = { disabled_reason: null, enabled, liability: enabled ? { type: 'self' } : null, provider: enabled ? 'stripe' : null, status };
}

/** Taxes each line anew where that is Stripe's business; answers the taxes of the whole. */
export function taxDraft(account: SandboxAccount, invoice: Invoice, lines: InvoiceLine[]): LineTax[] {
  if (isAutomatic(invoice)) {
    setAutomaticTax(account, invoice, true);
    for (const line of lines) account.edit('line_item', line.id).taxes = automaticTaxes(account, invoice, line);
  }
  return summed(lines.flatMap(({ id }) => account.require('line_item', id).taxes));
}

function automaticTaxes(account: SandboxAccount, invoice: Invoice, line: InvoiceLine): LineTax[] {
  if (line.amount < 0) throw StripeError.invalid('Invoices with automatic tax cannot have lines with a negative amount.', 'lines');
  const country = countryOf(account, invoice);
  const percentage = account.require('customer', invoice.customer)['tax_exempt'] === 'none' ? STANDARD_RATES[country ?? ''] : undefined;
  if (country === null || percentage === undefined) return [];
  return [lineTax(taxOf(line.amount, percentage), line.amount, false, rateOf(account, { display_name: 'Tax', inclusive: false, percentage: Number(percentage), country }), 'standard_rated')];
}

function countryOf(account: SandboxAccount, invoice: Invoice): string | null {
  return (account.require('customer', invoice.customer)['address'] as { country?: string | null } | null)?.country ?? null;
}

/** By rate, in the order of the lines. */
function summed(taxes: readonly LineTax[]): LineTax[] {
  const sums = new Map<string, LineTax>();
  for (const tax of taxes) {
    const key = `${tax.tax_rate_details.tax_rate} ${tax.tax_behavior}`;
    const before = sums.get(key);
    sums.set(key, before ? { ...before, amount: before.amount + tax.amount, taxable_amount: before.taxable_amount + tax.taxable_amount } : structuredClone(tax));
  }
  return [...sums.values()];
}

function lineTax(amount: number, taxableAmount: number, inclusive: boolean, rate: string, reason: string): LineTax {
  return { amount, tax_behavior: inclusive ? 'inclusive' : 'exclusive', tax_rate_details: { tax_rate: rate }, taxability_reason: reason, taxable_amount: taxableAmount, type: 'tax_rate_details' };
}

/** The rate that Stripe makes of such words: the same for the same ones. */
function rateOf(account: SandboxAccount, data: TaxAmountInput['tax_rate_data']): string {
  const id = `txr_${createHash('sha256').update(JSON.stringify(Object.entries(data).sort())).digest('hex').slice(0, 24)}`;
  const { display_name, inclusive, percentage, country = null, state = null, jurisdiction = null, description = null, tax_type = null } = data;
  const rate = { active: false, display_name, inclusive, percentage, effective_percentage: percentage, country, state, jurisdiction, description, tax_type, rate_type: 'percentage', metadata: {} };
  if (!account.find('tax_rate', id)) account.create('tax_rate', 'txr_', { id, ...rate });
  return id;
}
