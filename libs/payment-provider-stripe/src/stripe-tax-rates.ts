import Stripe from 'stripe';
import type { LineTaxInput } from '@tollkeeper/payment-provider';
import { expectObject } from './stripe-answer.js';
import type { StripeCall } from './stripe-call.js';

/**
 * The rates that Stripe made of the taxes of a document, by which alone a credit note may return them.
 * @returns null where the document lacks one of them, as when people have changed it there, or the key may not read rates
 */
export async function creditedTaxRates(call: StripeCall, invoiceId: string, taxes: readonly LineTaxInput[]): Promise<ReadonlyMap<LineTaxInput, string> | null> {
  if (taxes.length === 0) return new Map();
  const { total_taxes: total } = expectObject(await call.client.invoices.retrieve(invoiceId, {}, call.read()), 'invoice');
  const rates: Stripe.TaxRate[] = [];
  for (const id of new Set((total ?? []).flatMap(({ tax_rate_details: details }) => details?.tax_rate ?? []))) {
    const rate = await readRate(call, id);
    if (rate === null) return null;
    rates.push(rate);
  }
  const found = new Map(taxes.flatMap((tax) => rates.filter((rate) => isOf(rate, tax)).map(({ id }) => [tax, id] as const)));
  return found.size === taxes.length ? found : null;
}

function isOf(rate: Stripe.TaxRate, { name, jurisdiction, percentage, isInclusive }: LineTaxInput): boolean {
  return rate.display_name === name && rate.jurisdiction === jurisdiction && rate.percentage === Number(percentage) && rate.inclusive === isInclusive;
}

/** Null for a restricted key without the permission: no reason to pause a connection that can do the rest. */
async function readRate(call: StripeCall, id: string): Promise<Stripe.TaxRate | null> {
  try {
    return expectObject(await call.client.taxRates.retrieve(id, {}, call.read()), 'tax_rate');
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return null;
    throw error;
  }
}
